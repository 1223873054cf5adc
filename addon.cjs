'use strict';
// The one place that finds the compiled addon; CommonJS, so that both builds of the library share it.
module.exports = require('node-gyp-build')(__dirname);
