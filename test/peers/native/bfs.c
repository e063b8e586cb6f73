// Breadth-first search by the paths that the memo has found, as tables: as fast as this design can be made to run.
// It judges states, not steps.
//
//     ./bfs SLOTS
//
// The states found are rows in one flat table of SLOTS slots with linear probing, word 0 of a free slot being
// 0; the queue holds slots. A few states are expanded at a time, event by event, and the home slots of their
// successors are fetched before the first of them is looked up.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tables.h"

#define BYTES (4 * WORDS)
#define MOST (BATCH * EVENTS)
enum { BATCH = 32, HUGE_PAGE = 1 << 21 };

static int *table;
static size_t slots, states;
static uint32_t *queue;
static uint64_t transitions;
static int wanted = WANTED, found;

static int sources[BATCH * WORDS];
static int targets[(MOST + 1) * WORDS];
static uint32_t homes[MOST];

static void *reserve(size_t bytes)
{
    void *memory = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) { perror("mmap"); exit(2); }
    memory = (void *)(((uintptr_t)memory + HUGE_PAGE - 1) & -(uintptr_t)HUGE_PAGE);
    madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

static int known(int effect)
{
    if (effect > 0) return effect;
    fprintf(stderr, "a path that the memo has not found\n");
    exit(2);
}

// The number of the effect at the end of a row's path through a tree: see src/engine/memo/trees.ts.
static inline int find(const int *nodes, int at, const int *row)
{
    while (at > 0) {
        const uint32_t node = (uint32_t)nodes[at];
        at = nodes[at + 1 + ((uint32_t)row[node & 255] >> (node >> 8 & 31) & node >> 16)];
    }
    return known(-at);
}

static inline uint32_t branch(uint32_t place, const int *row)
{
    return ((uint32_t)row[place & 255] >> (place >> 8 & 31) & place >> 16) << (place >> 13 & 7);
}

// The same for wide trees: see src/engine/memo/wide-trees.ts.
static inline int findWide(int at, const int *row)
{
    while (at > 0) {
        const int *node = worksNodes + at;
        at = node[3 + (branch(node[0], row) | branch(node[1], row) | branch(node[2], row))];
    }
    return known(-at);
}

// Carries out an event, and the entries that follow, in a row with a word more, of requests; 0 if it is refused.
static inline int step(int event, int *row)
{
    for (int tree = event;; tree = EVENTS + row[WORDS]) {
        const int *effect = effects + findWide(worksRoots[tree], row);
        if (effect[0] & REFUSED) return 0;
        effect += EFFECT_HEAD;
        for (int k = 0; k <= WORDS; k++) row[k] = (row[k] & effect[2 * k]) | effect[2 * k + 1];
        if (row[WORDS] == 0 && HAS_ROOT(row)) return 1;
    }
}

// TLBs take in what they may.
static inline void fill(int *row)
{
    const int *effect = fillEffects + find(fillsNodes, fillsRoots[0], row);
    for (int k = 0; k < WORDS; k++) row[k] |= effect[EFFECT_HEAD + 2 * k + 1];
    // Through the CR3 values that were loaded: see src/engine/memo/refills.ts.
    for (const int *refill = refills + effect[1]; refill < refills + effect[2]; refill += 3)
        if (row[refill[0] & 255] & refill[1]) row[refill[0] >> 8] |= refill[2];
}

// The facts that hold of the TLBs in a row: see src/engine/facts/row-facts.ts.
static void factsOf(const int *row, int *facts)
{
    memset(facts, 0, 4 * FACT_WORDS);
    for (int i = 0, holder = 0; i < GROUPS; i++) {
        int valuation = 0;
        for (; holder < groups[i].end; holder++)
            if ((uint32_t)row[holders[holder].word] & holders[holder].bit) valuation += holders[holder].adds;
        facts[groups[i].word] |= 1u << (groups[i].shift + valuation);
    }
}

// The goals of a state: see src/engine/memo/judge.ts.
static int inspect(const int *row)
{
    int facts[FACT_WORDS], has_facts = 0, goals = 0;
    for (int unit = 0; unit < UNITS; unit++) {
        if ((bitsOfUnit[unit] & wanted) == 0) continue;
        const int *answer = answers + find(statesNodes, statesRoots[unit], row);
        goals |= answer[0];
        if (answer[1] == 0) continue;
        if (!has_facts) factsOf(row, facts);
        has_facts = 1;
        const int *next = answer + 2;
        for (int left = answer[1]; left > 0; left--, next += 1 + FACT_WORDS)
            for (int word = 0; word < FACT_WORDS; word++)
                if (next[1 + word] & facts[word]) goals |= next[0];
    }
    return goals;
}

// All words go into the upper half of a product, which decides where a row lives.
static inline size_t home(const int *row)
{
    uint64_t hash = 0x2545f4914f6cdd1d;
    for (int k = 0; k < WORDS; k += 2) {
        uint64_t pair = (uint32_t)row[k];
        if (k + 1 < WORDS) pair |= (uint64_t)(uint32_t)row[k + 1] << 32;
        const unsigned __int128 product = (unsigned __int128)(hash ^ pair) * 0x9e3779b97f4a7c15;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    return (size_t)(((unsigned __int128)hash * slots) >> 64);
}

static void add(const int *row, size_t slot)
{
    for (;; slot = slot + 1 == slots ? 0 : slot + 1) {
        int *place = table + slot * WORDS;
        if (place[0] == 0) {
            memcpy(place, row, BYTES);
            break;
        }
        if (memcmp(place, row, BYTES) == 0) return;
    }
    queue[states++] = (uint32_t)slot;
    if (states == slots) { fprintf(stderr, "more than %zu states\n", slots); exit(2); }
    const int goals = inspect(row);
    found |= goals;
    wanted &= ~goals;
}

// Carries out each event in so many sources. A target that is its own source, as where an event is refused,
// is overwritten by the next one.
static size_t gather(size_t count)
{
    size_t n = 0;
    for (int event = 0; event < EVENTS; event++) {
        for (size_t source = 0; source < count; source++) {
            const int *before = sources + source * WORDS;
            int row[WORDS + 1];
            memcpy(row, before, BYTES);
            row[WORDS] = 0;
            if (!step(event, row)) continue;
            transitions++;
            if (memcmp(row, before, BYTES) == 0) continue;
            fill(row);
            memcpy(targets + n * WORDS, row, BYTES);
            const size_t slot = home(row);
            homes[n++] = (uint32_t)slot;
            __builtin_prefetch(table + slot * WORDS);
        }
    }
    return n;
}

static void expand(size_t from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memcpy(sources + i * WORDS, table + (size_t)queue[from + i] * WORDS, BYTES);
    for (size_t i = from + count; i < from + 2 * count && i < states; i++)
        __builtin_prefetch(table + (size_t)queue[i] * WORDS);
    const size_t n = gather(count);
    for (size_t i = 0; i < n; i++) add(targets + i * WORDS, homes[i]);
}

int main(int argc, char **argv)
{
    slots = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    if (slots < 2 || slots > UINT32_MAX) { fprintf(stderr, "usage: %s SLOTS\n", argv[0]); return 2; }
    table = reserve(slots * BYTES);
    queue = reserve(slots * sizeof *queue);
    add(initial, home(initial));
    unsigned depth = 0;
    for (size_t at = 0, end = 1; at < states; end = states, depth++)
        for (; at < end; at += end - at < BATCH ? end - at : BATCH)
            expand(at, end - at < BATCH ? end - at : BATCH);
    printf("{\"states\": %zu, \"transitions\": %llu, \"depth\": %u, ", states,
           (unsigned long long)transitions, depth - 1);
    printf("\"violated\": %d, \"found\": %d}\n", found & ALWAYS, found);
    return found & ALWAYS ? 1 : 0;
}
