// Checks the form of the C++ code with clang-format, or with --write mends it.

import { globSync, readdirSync } from 'node:fs';
