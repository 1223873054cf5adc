'use strict';
// The one place that finds the compiled addon; CommonJS, so that both builds of the library share it, and so written
// that bundlers which know node-gyp-build take the binaries along.

/** The folder that build/Release and prebuilds are looked for in. */
exports.folder = typeof __dirname === 'string' ? __dirname : '.'; // bundled as an ES module there is none

/** The path of the binary for this platform; throws where there is none. */
exports.find = () => require('node-gyp-build').path(__dirname);

/** The addon itself; throws where there is none, or where it can't be loaded. */
exports.load = () => require('node-gyp-build')(__dirname);
