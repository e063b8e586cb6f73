// SPDX-License-Identifier: GPL-2.0
// Mutants of the kernel's own text: one statement or condition changed in a function that the specification models.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutBlock, cutFunction } from '../source/cut.mjs';
import { REQUEST_SLICE } from '../source/manifest.mjs';
import { isBalanced, isComment, subjectOf } from './lines.mjs';

/** Where requests are served before an entry. */
const SERVICE = 'vcpu_enter_guest';

/** Functions by the files in which they may stand, under arch/x86/kvm. */
const MODELLED = [
  {
    files: ['x86.c', 'regs.c'],
    functions: [
      ...[
        'kvm_post_set_cr0',
        'kvm_set_cr0',
        'kvm_invalidate_pcid',
        'kvm_set_cr3',
        'kvm_post_set_cr4',
        'kvm_set_cr4',
      ],
      ...[
        'kvm_vcpu_flush_tlb_all',
        'kvm_vcpu_flush_tlb_guest',
        'kvm_vcpu_flush_tlb_current',
        'kvm_handle_invpcid',
      ],
      'kvm_service_local_tlb_flush_requests',
      SERVICE,
    ],
  },
  {
    files: ['mmu/mmu.c'],
    functions: [
      ...['kvm_mmu_new_pgd', 'fast_pgd_switch', 'cached_root_find_and_keep_current', 'is_root_usable'],
      ...['cached_root_find_without_current', 'kvm_mmu_load', 'kvm_mmu_free_roots', 'mmu_free_root_page'],
      ...[
        '__kvm_mmu_free_obsolete_roots',
        'is_obsolete_root',
        'kvm_mmu_sync_roots',
        'kvm_mmu_sync_prev_roots',
      ],
      ...['is_unsync_root', 'kvm_mmu_invalidate_addr', '__kvm_mmu_invalidate_addr', 'kvm_mmu_invlpg'],
      ...[
        'kvm_mmu_invpcid_gva',
        'mmu_sync_children',
        '__mmu_unsync_walk',
        'mmu_unsync_walk',
        'kvm_sync_page',
      ],
      ...[
        '__kvm_sync_page',
        'kvm_sync_page_check',
        'mmu_try_to_unsync_pages',
        'kvm_unsync_page',
        'mark_unsync',
      ],
      ...['kvm_mmu_mark_parents_unsync', '__kvm_mmu_prepare_zap_page', 'kvm_mmu_commit_zap_page'],
      ...['kvm_mmu_find_shadow_page', '__link_shadow_page', 'mmu_set_spte', 'kvm_mmu_track_write'],
      ...['detect_write_flooding', 'kvm_mmu_zap_all_fast', 'kvm_mmu_reset_context', 'kvm_mmu_unload'],
      ...['mmu_alloc_shadow_roots', 'mmu_page_zap_pte', 'kvm_vcpu_write_protect_gfn'],
      ...['mmu_spte_update', 'drop_spte', 'clear_unsync_child_bit', 'kvm_unlink_unsync_page'],
      ...['mmu_pages_clear_parents', 'kvm_mmu_unlink_parents', 'kvm_zap_obsolete_pages'],
      ...['kvm_mmu_remote_flush_or_zap', '__rmap_add', 'kvm_sync_spte', 'rmap_write_protect'],
    ],
  },
  {
    files: ['mmu/paging_tmpl.h'],
    functions: ['FNAME\\(fetch\\)', 'FNAME\\(sync_spte\\)', 'FNAME\\(page_fault\\)'],
  },
];

const REQUESTS = [
  'KVM_REQ_MMU_SYNC',
  'KVM_REQ_TLB_FLUSH_CURRENT',
  'KVM_REQ_TLB_FLUSH_GUEST',
  'KVM_REQ_LOAD_MMU_PGD',
];

/** Calls that say nothing of what is modelled: locks, counters, traces, complaints. */
const SILENT =
  /^\s+(trace_|LIST_HEAD|WARN|KVM_MMU_WARN|BUG|BUILD_BUG|pgprintk|rmap_printk|lockdep|write_|read_|spin_|mutex_|cond_resched|might_|MMU_WARN)/;

/** What may be done to a line: its mutants, each with what was done. */
const RULES = [
  (line) => {
    const [, call] = /^\s+(?:[\w>.[\]-]+ [|+]?= )?(\w+)\([^;{}]*\);$/.exec(line) ?? [];
    return call === undefined || / = /.test(line) ? [] : [['call removed', line.replace(/\S.*/, ';')]];
  },
  (line) => {
    const [, head, condition, rest] = /^(\s+(?:\} )?(?:else )?if) \((.*)\)( \{)?$/.exec(line) ?? [];
    return condition === undefined || !isBalanced(condition)
      ? []
      : [['condition negated', `${head} (!(${condition}))${rest ?? ''}`]];
  },
  (line) => {
    const found = REQUESTS.find((request) => new RegExp(`\\b${request}\\b`).test(line));
    return found === undefined
      ? []
      : REQUESTS.filter((request) => request !== found).map((request) => [
          `${found} is ${request}`,
          line.replace(found, request),
        ]);
  },
  (line) => (/ && /.test(line) ? [['&& is ||', line.replace(' && ', ' || ')]] : []),
  (line) => (/ \|\| /.test(line) ? [['|| is &&', line.replace(' || ', ' && ')]] : []),
  (line) => (/^\s+return true;$/.test(line) ? [['returns false', line.replace('true', 'false')]] : []),
  (line) => (/^\s+return false;$/.test(line) ? [['returns true', line.replace('false', 'true')]] : []),
  (line) => (/^\s+(continue|break);$/.test(line) ? [['statement removed', line.replace(/\S.*/, ';')]] : []),
  (line) =>
    /^\s+[\w>.[\]-]+ \|?= .*;$/.test(line) && !/\bint\b|struct/.test(line)
      ? [['assignment removed', line.replace(/\S.*/, ';')]]
      : [],
];

/**
 * The functions of a tree that are changed, each with its file, all of the file's text and its own; of the function in
 * which requests are served, what the harness takes.
 */
export function modelledIn(tree) {
  return MODELLED.flatMap(({ files, functions }) =>
    functions.flatMap((name) =>
      files.flatMap((file) => {
        const path = join(tree, 'arch/x86/kvm', file);
        if (!existsSync(path)) return [];
        const source = readFileSync(path, 'utf8');
        const whole = cutFunction(source, name);
        const { start, end } = REQUEST_SLICE;
        const text = name === SERVICE && whole !== null ? cutBlock(whole, start, end) : whole;
        return text === null ? [] : [{ name: name.replaceAll('\\', ''), file, source, text }];
      }),
    ),
  );
}

/**
 * Every mutant of a tree: the function and the line in it, counted from 0, what was done, and to what; which file it
 * changes, and to what.
 */
export function mutantsOf(tree) {
  return modelledIn(tree).flatMap(({ name, file, source, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, at) =>
      (isComment(line) || SILENT.test(line) ? [] : RULES.flatMap((rule) => rule(line))).map(
        ([what, mutated]) => ({
          id: `${name}+${at} ${what}: ${subjectOf(line)}`,
          name,
          at,
          file,
          text: () =>
            source.replace(text, () => [...lines.slice(0, at), mutated, ...lines.slice(at + 1)].join('\n')),
        }),
      ),
    );
  });
}
