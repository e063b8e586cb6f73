// SPDX-License-Identifier: GPL-2.0
export function noteOf(version: string): string;
