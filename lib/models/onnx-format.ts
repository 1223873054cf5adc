import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A constant of a graph. */
export interface OnnxTensor {
  data: Float32Array | BigInt64Array | readonly string[];
  shape: readonly number[];
}

/** A step of a graph. */
export interface OnnxNode {
  /** The operator, such as `MatMul`. */
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Whole numbers, or lists of them. */
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** What goes in or comes out: a name stands for a length that may be any. */
interface OnnxValue {
  name: string;
  type: keyof typeof ELEMENT_TYPES;
  shape: readonly (number | string)[];
}

/** A model as ONNX has it. */
export interface OnnxModel {
  producer: { name: string; version: string };
  metadata: Readonly<Record<string, string>>;
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  constants: Readonly<Record<string, OnnxTensor>>;
  nodes: readonly OnnxNode[];
}

/** `TensorProto.DataType`. */
const ELEMENT_TYPES = { float: 1, int64: 7, string: 8 } as const;
/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { int: 2, ints: 7 } as const;

/** The version of the format's envelope, and of its set of operators: of 2022, which all that runs ONNX knows. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;

/** The bytes of an ONNX file: protocol buffers, by the field numbers of onnx.proto. */
export function formatOnnx({ producer, metadata, ...graph }: OnnxModel): Uint8Array {
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  model.tag(2, WireType.LengthDelimited).string(producer.name);
  model.tag(3, WireType.LengthDelimited).string(producer.version);
  message(model, 7, (writer) => writeGraph(writer, graph));
  message(model, 8, (operatorSet) => operatorSet.tag(2, WireType.Varint).int64(OPERATOR_SET));
  for (const [key, value] of Object.entries(metadata)) {
    message(model, 14, (entry) => {
      entry.tag(1, WireType.LengthDelimited).string(key);
      entry.tag(2, WireType.LengthDelimited).string(value);
    });
  }
  return model.finish();
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function strings(writer: BinaryWriter, field: number, values: readonly string[]): void {
  for (const value of values) writer.tag(field, WireType.LengthDelimited).string(value);
}

function writeGraph(
  graph: BinaryWriter,
  { nodes, constants, inputs, outputs }: Pick<OnnxModel, 'nodes' | 'constants' | 'inputs' | 'outputs'>,
): void {
  for (const node of nodes) message(graph, 1, (writer) => writeNode(writer, node));
  graph.tag(2, WireType.LengthDelimited).string('handful');
  for (const [name, tensor] of Object.entries(constants)) {
    message(graph, 5, (writer) => writeTensor(writer, name, tensor));
  }
  for (const value of inputs) message(graph, 11, (writer) => writeValue(writer, value));
  for (const value of outputs) message(graph, 12, (writer) => writeValue(writer, value));
}

function writeNode(node: BinaryWriter, { operator, inputs, outputs, attributes = {} }: OnnxNode): void {
  strings(node, 1, inputs);
  strings(node, 2, outputs);
  node.tag(4, WireType.LengthDelimited).string(operator);
  for (const [name, value] of Object.entries(attributes)) {
    message(node, 5, (attribute) => {
      attribute.tag(1, WireType.LengthDelimited).string(name);
      if (typeof value === 'number') attribute.tag(3, WireType.Varint).int64(value);
      else for (const each of value) attribute.tag(8, WireType.Varint).int64(each);
      attribute.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPES[typeof value === 'number' ? 'int' : 'ints']);
    });
  }
}

function writeTensor(tensor: BinaryWriter, name: string, { data, shape }: OnnxTensor): void {
  for (const length of shape) tensor.tag(1, WireType.Varint).int64(length);
  const type = data instanceof Float32Array ? 'float' : data instanceof BigInt64Array ? 'int64' : 'string';
  tensor.tag(2, WireType.Varint).int32(ELEMENT_TYPES[type]);
  if (ArrayBuffer.isView(data)) {
    const { buffer, byteOffset, byteLength } = data as Float32Array | BigInt64Array;
    tensor.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength));
  } else {
    strings(tensor, 6, data);
  }
  tensor.tag(8, WireType.LengthDelimited).string(name);
}

function writeValue(value: BinaryWriter, { name, type, shape }: OnnxValue): void {
  value.tag(1, WireType.LengthDelimited).string(name);
  message(value, 2, (typeProto) =>
    message(typeProto, 1, (tensorType) => {
      tensorType.tag(1, WireType.Varint).int32(ELEMENT_TYPES[type]);
      message(tensorType, 2, (shapeProto) => {
        for (const length of shape) {
          message(shapeProto, 1, (dimension) => {
            if (typeof length === 'number') dimension.tag(1, WireType.Varint).int64(length);
            else dimension.tag(2, WireType.LengthDelimited).string(length);
          });
        }
      });
    }),
  );
}
