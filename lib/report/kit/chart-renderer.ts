// What charts are drawn with. Of both packages only what stands here comes into the bundle.

export { areaY, barX, dot, line, plot, ruleX, ruleY, stackX, text } from '@observablehq/plot';
export { Document, type Element, serializeToWellFormedString } from 'slimdom';
