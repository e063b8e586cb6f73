// Breadth-first search by the core's own steps, written out in C: as fast as this design can be made to run.
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

#include "steps.h"

#define COUNT(event) +1
#define BYTES (4 * WORDS)
#define MOST (BATCH * (0 EACH_EVENT(COUNT)))
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

static void record(int findings)
{
    found |= findings;
    wanted &= ~findings;
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
    int copy[WORDS];
    memcpy(copy, row, BYTES);
    record(inspect(copy, wanted));
}

// Carries out each event in so many sources. A target that is its own source, as where an event is refused,
// is overwritten by the next one.
static size_t gather(size_t count)
{
    size_t n = 0;
    uint64_t carried = 0;
    int findings = 0;
    const int looked = wanted;
#define CARRY_OUT(event)                                                       \
    for (size_t source = 0; source < count; source++) {                        \
        const int *before = sources + source * WORDS;                          \
        int row[WORDS];                                                        \
        memcpy(row, before, BYTES);                                            \
        const int result = step##event(row, looked);                    \
        carried += result != REFUSED;                                          \
        findings |= result == REFUSED ? 0 : result;                            \
        memcpy(targets + n * WORDS, row, BYTES);                               \
        const size_t slot = home(row);                                         \
        homes[n] = (uint32_t)slot;                                             \
        __builtin_prefetch(table + slot * WORDS);                              \
        n += memcmp(row, before, BYTES) != 0;                                  \
    }
    EACH_EVENT(CARRY_OUT)
    transitions += carried;
    record(findings);
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
    printf("\"violated\": %d, \"found\": %d, \"noted\": [", found & ALWAYS, found);
    for (int k = 0; k < NOTES; k++) printf("%s%d", k == 0 ? "" : ", ", noted[k]);
    puts("]}");
    return found & ALWAYS ? 1 : 0;
}
