// SPDX-License-Identifier: GPL-2.0
import { USUAL } from './support/pair.ts';
import { walksOn } from './support/walks-on.ts';

walksOn(USUAL);
