// SPDX-License-Identifier: GPL-2.0
import { arbitraryTracesOn } from './support/arbitrary-traces-on.ts';
import { USUAL } from './support/pair.ts';

arbitraryTracesOn(USUAL);
