// SPDX-License-Identifier: GPL-2.0
import { arbitraryTracesOn } from './support/arbitrary-traces-on.ts';
import { OTHERS } from './support/pair.ts';

arbitraryTracesOn(OTHERS);
