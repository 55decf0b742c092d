/*
 * The reference protocol: finding and holding a chunk, retiring and deleting it, in any interleaving.
 *
 * Two slots hold chunks of one block, so that whatever the manager retires, the other chunk covers the block: a find never
 * has a reason to miss. A reader process counts in a file of its own, or holds locks on bytes of `pins`. It may be killed
 * at any step, and so may the manager, once, after which another one goes on from the shared memory and the directories.
 *
 * What must hold:
 *   - whoever holds a reference sees its directory                        (assertions)
 *   - a find never misses                                                 (assertion)
 *   - no reference is lost or given back twice                            (assertions)
 *   - a chunk that nobody holds any more is drained and deleted           (no invalid end state: the manager would wait)
 *   - when the manager has nothing to do, no directory is left over       (assertion)
 *
 * Configurations, each explored exhaustively; ReferenceModelIT runs them, and every mutant where it has to fail:
 *
 *   COUNTERS     two processes that count, a change with reuse of the slot, K = 4
 *   RESTARTS     one process that counts, finding and by identity; the manager is killed once; two changes, un-retiring, K = 4
 *   COPY         one process of two threads that share a handle (copy, two closes), two stripes; the manager is killed once
 *   PINS         one process that pins and gives idle locks back, also by identity; the manager is killed once; un-retiring
 *   PIN_THREADS  two threads of it
 *   EPOCHS       one process that counts, also by identity; a switch of epochs at any moment; the manager is killed once
 *   EPOCH_PINS   one process that pins, the same
 *
 * In all of them one process may be killed at any step. Memory is sequentially consistent here: a fence that is missing shows
 * as the two accesses that it orders having changed places. CHECK_FIRST, PIN_VALIDATE_FIRST and COPY_CHECK_FIRST are the
 * readers' fences, SCAN_FIRST, LIST_FIRST and RETIRE_BEFORE_SUPERSEDED the manager's. Elapsed time is not modelled: that a
 * heartbeat has to be still for 2 s may delay a removal and never causes one.
 *
 *   spin -a -DCOUNTERS references.pml && cc -O1 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m100000
 *   a mutant: spin -a -DCOUNTERS -DMUTANT_CHECK_FIRST references.pml …
 */

#ifdef COUNTERS
  #define COUNTING 2          /* processes that count */
  #define PINNING  0          /* processes that pin */
  #define K        4          /* snapshots */
  #define CHANGES  1          /* chunks retired by the manager */
  #define UNRETIRE 0          /* how often one of them is wanted again */
  #define RESTART  0          /* whether the manager may be killed */
#endif
#ifdef RESTARTS
  #define COUNTING 1
  #define PINNING  0
  #define K        4
  #define CHANGES  2
  #define UNRETIRE 1
  #define RESTART  1
  #define GETS     1          /* chunks are held by identity, too */
#endif
#ifdef COPY
  #define COUNTING 1
  #define PINNING  0
  #define K        2
  #define CHANGES  1
  #define UNRETIRE 0
  #define RESTART  1
  #define STRIPES  2
  #define COPIER   1
#endif
#ifdef PINS
  #define COUNTING 0
  #define PINNING  1
  #define K        2
  #define CHANGES  1
  #define UNRETIRE 1
  #define RESTART  1
  #define GETS     1
#endif
#ifdef PIN_THREADS
  #define COUNTING 0
  #define PINNING  1
  #define THREADS  2
  #define K        2
  #define CHANGES  1
  #define UNRETIRE 0
  #define RESTART  0
#endif
#ifdef EPOCHS
  #define COUNTING 1
  #define PINNING  0
  #define K        2
  #define CHANGES  1
  #define UNRETIRE 0
  #define RESTART  1
  #define LAST     1          /* the last epoch; the first is 0 */
  #define GETS     1
#endif
#ifdef EPOCH_PINS
  #define COUNTING 0
  #define PINNING  1
  #define K        2
  #define CHANGES  1
  #define UNRETIRE 0
  #define RESTART  1
  #define LAST     1
#endif
#ifndef STRIPES
  #define STRIPES  1
#endif
#ifndef GETS
  #define GETS     0
#endif
#ifndef THREADS
  #define THREADS  1          /* of each process, finding */
#endif
#ifndef COPIER
  #define COPIER   0
#endif
#ifndef LAST
  #define LAST     0
#endif

#define PROCESSES (COUNTING + PINNING)
#define SLOTS     2
#define NONE      255         /* in a snapshot: no chunk covers the block */
#define CHUNK(s, g)  ((g) * SLOTS + (s))
#define NEGATIVE  255         /* as `current`: superseded */

mtype = { FREE, LIVE, RETIRING, DELETING };

/* ---- shared memory, by epoch ---- */
#define SLOT(e, s)        ((e) * SLOTS + (s))
#define SNAPSHOT(e, v)    ((e) * K + (v) % K)
byte  root = 0;                                   /* the file `root`: the current epoch */
byte  current[LAST + 1];                          /* version of the newest snapshot */
mtype state[(LAST + 1) * SLOTS];                  /* state and generation are one 64-bit word */
byte  generation[(LAST + 1) * SLOTS];
byte  entry[(LAST + 1) * K];                      /* the block's chunk in a snapshot: NONE or slot and generation, one word */

/* ---- readers' files, one for each process and epoch that it was in ---- */
#define FILE(e, p)        ((e) * PROCESSES + (p))
#define CELL(e, p, c, s)  ((FILE(e, p) * STRIPES + (c)) * SLOTS + (s))
bool  visible[(LAST + 1) * PROCESSES];
bool  fileLocked[(LAST + 1) * PROCESSES];         /* let go by the kernel when the process dies */
byte  counter[(LAST + 1) * PROCESSES * STRIPES * SLOTS];

/* ---- pins ---- */
#define PIN(p, s)         ((p) * SLOTS + (s))
bool  pinned[PROCESSES * SLOTS];                  /* shared locks; let go by the kernel when the process dies */
bool  excluded[SLOTS];                            /* the manager's exclusive lock */
byte  onHeap[PROCESSES * SLOTS];                  /* the process's own count of references under one lock */

/* ---- the disk ---- */
#define DIRECTORY(s, g)   ((s) * (CHANGES + 2) + (g))
bool  directory[SLOTS * (CHANGES + 2)];

/* ---- the world ---- */
bool  killed[PROCESSES], gone[PROCESSES], managerKilled;
bool  switched;
byte  changes, unretired;                         /* here, so that a second manager goes on counting */
#ifdef MUTANT_STALE_SCAN
byte  stale;
#endif

/* ---- a handle that two threads of process 0 share ---- */
bool  handed, closed, copierDone;
byte  handleSlot, handleGeneration, handleEpoch;

#define PINS_ONLY(p)      ((p) >= COUNTING)
#ifdef MUTANT_NO_GENERATION
  #define IS_LIVE(e, s, g)  (state[SLOT(e, s)] == LIVE)
#else
  #define IS_LIVE(e, s, g)  (state[SLOT(e, s)] == LIVE && generation[SLOT(e, s)] == (g))
#endif
#if defined(MUTANT_SIGNED_FRESHNESS)
  #define FRESH(e, v)       (current[e] == NEGATIVE || current[e] - (v) < K - 1)
#elif defined(MUTANT_FRESH_ONE_TOO_LONG)
  #define FRESH(e, v)       (current[e] != NEGATIVE && current[e] - (v) < K + 1)
#else
  #define FRESH(e, v)       (current[e] != NEGATIVE && current[e] - (v) < K - 1)
#endif

/* ================================================== readers ================================================== */

inline giveBack(e, c, s) {
  if
  :: PINS_ONLY(id) -> d_step { assert(onHeap[PIN(id, s)] > 0); onHeap[PIN(id, s)]-- }   /* the lock stays, idle */
  :: else -> d_step { assert(counter[CELL(e, id, c, s)] > 0); counter[CELL(e, id, c, s)]-- }
  fi
}

/* Under the process's own mutex: the lock of the byte, unless there is one already, and the count under it. */
inline tryPin(s) {
  d_step {
    ok = 1;
    if
    :: pinned[PIN(id, s)] || !excluded[s] -> pinned[PIN(id, s)] = 1; onHeap[PIN(id, s)]++
    :: else -> ok = 0
    fi
  }
}

proctype Reader(byte id) {
  byte e, v, s, g; bool ok;
  {
    skip;
attach:
    e = root;
    if
    :: !PINS_ONLY(id) && !visible[FILE(e, id)] ->
#ifdef MUTANT_VISIBLE_BEFORE_LOCKED
       visible[FILE(e, id)] = 1;
       fileLocked[FILE(e, id)] = 1
#else
       d_step { fileLocked[FILE(e, id)] = 1; visible[FILE(e, id)] = 1 }   /* locked, and then renamed to where it is seen */
#endif
    :: else
    fi;
again:
    v = current[e];
    if :: v == NEGATIVE -> goto attach :: else fi;
    if
#if GETS
    :: s = 0; goto get                                     /* by identity, without a snapshot */
    :: s = 1; goto get
#endif
    :: skip
    fi;
    s = entry[SNAPSHOT(e, v)];
    if
    :: s == NONE ->
#ifdef MUTANT_MISS_UNCHECKED
       assert(false);
#else
       if :: FRESH(e, v) -> assert(false) :: else -> goto again fi
#endif
    :: else
    fi;
    d_step { g = s / SLOTS; s = s % SLOTS };

#if defined(MUTANT_CHECK_FIRST) || defined(MUTANT_PIN_VALIDATE_FIRST)
    if :: IS_LIVE(e, s, g) && FRESH(e, v) :: else -> goto again fi;
#endif
    if
    :: PINS_ONLY(id) ->
       tryPin(s);
       if
       :: ok
#ifdef MUTANT_PIN_REFUSED_IS_MISS
       :: else -> assert(false)
#else
       :: else -> goto again
#endif
       fi
    :: else -> counter[CELL(e, id, STRIPES - 1, s)]++
    fi;
#if !defined(MUTANT_CHECK_FIRST) && !defined(MUTANT_PIN_VALIDATE_FIRST)
    if :: IS_LIVE(e, s, g) :: else -> giveBack(e, STRIPES - 1, s); goto again fi;
  #ifndef MUTANT_NO_LAST_LOOK
    if :: FRESH(e, v) :: else -> giveBack(e, STRIPES - 1, s); goto again fi;
  #endif
#endif
    goto hold;

get:
#if GETS
    if
    :: PINS_ONLY(id) ->
       tryPin(s);
       if :: ok :: else -> goto again fi
    :: else -> counter[CELL(e, id, STRIPES - 1, s)]++
    fi;
    d_step { g = generation[SLOT(e, s)]; ok = state[SLOT(e, s)] == LIVE };
    if :: ok :: else -> giveBack(e, STRIPES - 1, s); goto again fi;
  #ifndef MUTANT_GET_UNCHECKED
    if :: current[e] != NEGATIVE :: else -> giveBack(e, STRIPES - 1, s); goto again fi;
  #endif
#endif

hold:
    if
    :: COPIER && id == 0 ->
       d_step { handleSlot = s; handleGeneration = g; handleEpoch = e; handed = 1 };
       assert(closed || directory[DIRECTORY(s, g)]);
       skip;
       assert(closed || directory[DIRECTORY(s, g)]);
#ifdef MUTANT_CLOSE_TWICE
       ok = !closed; closed = 1;
#else
       d_step { ok = !closed; closed = 1 };                /* compare and set */
#endif
       if :: ok -> giveBack(e, STRIPES - 1, s) :: else fi;
       copierDone
    :: else ->
       assert(directory[DIRECTORY(s, g)]);
       skip;                                               /* holding, for as long as it likes */
       assert(directory[DIRECTORY(s, g)]);
       giveBack(e, STRIPES - 1, s)
    fi;
    d_step { s = 0; g = 0; v = 0 };
    if
    :: !(COPIER && id == 0) -> goto again                  /* as often as it likes */
    :: THREADS == 1 ->                                     /* a clean end */
       d_step {
         for (s : 0 .. SLOTS - 1) {
           for (e : 0 .. LAST) { for (g : 0 .. STRIPES - 1) { assert(counter[CELL(e, id, g, s)] == 0) } }
           assert(onHeap[PIN(id, s)] == 0); pinned[PIN(id, s)] = 0
         };
         for (e : 0 .. LAST) { visible[FILE(e, id)] = 0 }; /* unlinked, and then unlocked */
         s = 0; e = 0; g = 0
       };
       d_step { for (e : 0 .. LAST) { fileLocked[FILE(e, id)] = 0 }; e = 0; gone[id] = 1 }
    :: true                                                /* lives on without a reference */
    fi
  } unless {
    killed[id] -> d_step {                                 /* memory stops at once, then the kernel lets the locks go */
      for (s : 0 .. SLOTS - 1) { pinned[PIN(id, s)] = 0 };
      for (e : 0 .. LAST) { fileLocked[FILE(e, id)] = 0 };
      s = 0; e = 0; g = 0; v = 0; gone[id] = 1
    }
  }
}

/* Another thread of process 0: copies the handle, uses the copy, closes both. */
proctype Copier(byte id) {
  bool ok; byte c;
  {
    handed;
#ifdef MUTANT_COPY_OTHER_STRIPE
    c = 0;
#else
    c = STRIPES - 1;
#endif
#ifdef MUTANT_COPY_CHECK_FIRST
    ok = !closed;
    if :: ok -> counter[CELL(handleEpoch, id, c, handleSlot)]++ :: else fi;
#else
    counter[CELL(handleEpoch, id, c, handleSlot)]++;
  #ifdef MUTANT_COPY_UNCHECKED
    ok = 1;
  #else
    ok = !closed;
  #endif
    if
    :: ok
    :: else ->                                             /* IllegalStateException */
  #ifndef MUTANT_COPY_KEEPS_COUNT
       giveBack(handleEpoch, c, handleSlot)
  #else
       skip
  #endif
    fi;
#endif
    if
    :: ok ->
#ifdef MUTANT_CLOSE_TWICE
       ok = !closed; closed = 1;
#else
       d_step { ok = !closed; closed = 1 };
#endif
       if :: ok -> giveBack(handleEpoch, STRIPES - 1, handleSlot) :: else fi;
       assert(directory[DIRECTORY(handleSlot, handleGeneration)]);
       skip;
       assert(directory[DIRECTORY(handleSlot, handleGeneration)]);
       giveBack(handleEpoch, c, handleSlot)
    :: else
    fi;
    copierDone = 1
  } unless { killed[id] }
}

/* The thread of a pinning process that gives idle locks back, whenever it likes. */
proctype IdlePins(byte id) {
  byte s;
end:
  do
#ifdef MUTANT_NO_IDLE_PINS
  :: false
#elif defined(MUTANT_IDLE_PINS_UNCLAIMED)
  :: onHeap[PIN(id, 0)] == 0 && pinned[PIN(id, 0)] -> pinned[PIN(id, 0)] = 0
  :: onHeap[PIN(id, 1)] == 0 && pinned[PIN(id, 1)] -> pinned[PIN(id, 1)] = 0
#else
  :: d_step { onHeap[PIN(id, 0)] == 0 && pinned[PIN(id, 0)] -> pinned[PIN(id, 0)] = 0 }
  :: d_step { onHeap[PIN(id, 1)] == 0 && pinned[PIN(id, 1)] -> pinned[PIN(id, 1)] = 0 }
#endif
  :: gone[id] -> break
  od
}

/* ================================================== manager ================================================== */

inline publish(chunk) {
  entry[SNAPSHOT(e, current[e] + 1)] = NONE;               /* half written */
  entry[SNAPSHOT(e, current[e] + 1)] = CHUNK(chunk, generation[SLOT(e, chunk)]);
  current[e]++
}

inline list() {
  d_step {
    listed = 0;
    for (f : 0 .. (LAST + 1) * PROCESSES - 1) { listed = listed | (visible[f] << f) };
    f = 0
  }
}

/* A new state with the same slots, the root switched, the old one superseded. */
inline switchEpoch() {
#if LAST
  d_step {
    for (f : 0 .. SLOTS - 1) {
      state[SLOT(1, f)] = state[SLOT(0, f)];
      generation[SLOT(1, f)] = generation[SLOT(0, f)]
    };
    f = 0;
    entry[SNAPSHOT(1, 0)] = entry[SNAPSHOT(0, current[0])];
    current[1] = 0
  };
  root = 1;
#if !defined(MUTANT_NOT_SUPERSEDED) && !defined(MUTANT_RETIRE_BEFORE_SUPERSEDED)
  current[0] = NEGATIVE;
#endif
  e = 1; switched = 1
#else
  skip
#endif
}

#ifdef MUTANT_NO_REMOVAL
  #define COUNTS(f)         visible[f]
#else
  #define COUNTS(f)         (visible[f] && fileLocked[f])
#endif
#define IN_FILE(e, p, s)  (COUNTS(FILE(e, p)) \
                           && (counter[CELL(e, p, 0, s)] || counter[CELL(e, p, STRIPES - 1, s)]))
#define IS_HELD(p, s)     (pinned[PIN(p, s)] || IN_FILE(0, p, s) || IN_FILE(LAST, p, s))

proctype Manager(bool again) {
  byte e, retired, other, f, c, listed; bool busy;
  {
    e = root;
    if :: !again -> goto change :: else fi;

    /* What a manager does that comes after another. */
#ifndef MUTANT_RESTART_NOT_SUPERSEDED
    if :: e > 0 -> current[0] = NEGATIVE; switched = 1 :: else fi;
#else
    if :: e > 0 -> switched = 1 :: else fi;
#endif
    if
    :: state[SLOT(e, 0)] != LIVE -> retired = 0
    :: else -> retired = 1
    fi;
    other = 1 - retired;
    publish(other);                                        /* from what is LIVE, never from a snapshot */
    if
    :: state[SLOT(e, retired)] == RETIRING ->
#ifdef MUTANT_RESTART_DELETES
       goto delete
#else
       goto scan
#endif
    :: state[SLOT(e, retired)] == DELETING -> goto remove
    :: state[SLOT(e, retired)] == FREE -> goto reuse
    :: else
    fi;

change:
    if
    :: LAST > 0 && !switched -> switchEpoch()
    :: true
    fi;
    if :: changes == CHANGES -> goto done :: else -> changes++ fi;
    if :: retired = 0 :: retired = 1 fi;
    other = 1 - retired;
    publish(other);
#ifdef MUTANT_LIST_FIRST
    list();
#endif
#ifdef MUTANT_STALE_SCAN
    if :: stale == retired + 1 -> state[SLOT(e, retired)] = RETIRING; goto delete :: else fi;
#endif
#ifndef MUTANT_SCAN_FIRST
    state[SLOT(e, retired)] = RETIRING;
#endif

scan:
#ifndef MUTANT_LIST_FIRST
    list();
#endif
    busy = 0;
    for (f : 0 .. (LAST + 1) * PROCESSES - 1) {
      if
#ifdef MUTANT_CURRENT_EPOCH_ONLY
      :: (listed >> f) & 1 && f >= e * PROCESSES ->
#else
      :: (listed >> f) & 1 ->
#endif
         if
#ifndef MUTANT_NO_REMOVAL
         :: !fileLocked[f] -> visible[f] = 0               /* its process is dead: the file is removed */
#endif
#ifdef MUTANT_HEARTBEAT_ALONE
         :: true -> visible[f] = 0                         /* "it has not moved for long enough" */
#endif
         :: else ->
            c = 0;
            do
            :: c < STRIPES ->                              /* stripes are read one after the other */
               busy = busy || counter[(f * STRIPES + c) * SLOTS + retired];
               c++
            :: else -> c = 0; break
            od
         fi
      :: else
      fi
    };
    f = 0; listed = 0;
#if PINNING
    if
    :: !busy ->
       d_step {
         for (f : 0 .. PROCESSES - 1) { busy = busy || pinned[PIN(f, retired)] };
         f = 0;
         if :: !busy -> excluded[retired] = 1 :: else fi   /* the try-lock, */
       };
       excluded[retired] = 0                               /* given back at once: readers see the slot's word by now */
    :: else
    fi;
#endif
#ifdef MUTANT_SCAN_FIRST
    if :: !busy -> state[SLOT(e, retired)] = RETIRING; goto delete :: else fi;
#endif

    if
    :: !busy -> goto delete
    :: busy -> busy = 0;
       if
       :: true ->                                          /* wait until a scan may find it drained */
          !IS_HELD(0, retired) && !IS_HELD(PROCESSES - 1, retired);
          goto scan
       :: LAST > 0 && !switched -> switchEpoch(); goto scan
       :: unretired < UNRETIRE -> goto unretire
       fi
    :: !busy && unretired < UNRETIRE ->                    /* wanted again in the last moment */
#ifdef MUTANT_STALE_SCAN
       stale = retired + 1;
#endif
       goto unretire
    fi;

unretire:
    unretired++;
    state[SLOT(e, retired)] = LIVE;
    publish(retired);
    goto change;

delete:
#ifdef MUTANT_RETIRE_BEFORE_SUPERSEDED
    if :: switched -> current[0] = NEGATIVE :: else fi;
#endif
#ifdef MUTANT_REMOVE_FIRST
    directory[DIRECTORY(retired, generation[SLOT(e, retired)])] = 0;
#endif
    state[SLOT(e, retired)] = DELETING;
remove:
#ifdef MUTANT_FREE_FIRST
    f = generation[SLOT(e, retired)];
    d_step { generation[SLOT(e, retired)]++; state[SLOT(e, retired)] = FREE };
    directory[DIRECTORY(retired, f)] = 0;
    f = 0;
    goto reuse;
#endif
    directory[DIRECTORY(retired, generation[SLOT(e, retired)])] = 0;
#ifdef MUTANT_UNRETIRE_DELETING
    if :: true -> state[SLOT(e, retired)] = LIVE; publish(retired); goto change :: true fi;
#endif
    d_step { generation[SLOT(e, retired)]++; state[SLOT(e, retired)] = FREE };
reuse:
    directory[DIRECTORY(retired, generation[SLOT(e, retired)])] = 1;
    state[SLOT(e, retired)] = LIVE;
    publish(retired);
    goto change;
done:
    skip;
    d_step {
      for (f : 0 .. SLOTS - 1) {
        for (c : 1 .. CHANGES + 1) { assert(c >= generation[SLOT(e, f)] || !directory[DIRECTORY(f, c)]) }
      };
      f = 0; c = 0
    }
  } unless {
    managerKilled && !again ->
    d_step { excluded[0] = 0; excluded[1] = 0; e = 0; retired = 0; other = 0; f = 0; c = 0; listed = 0; busy = 0 };
    run Manager(1)
  }
}

proctype Killer() {
end:
  do
  :: !killed[0] -> killed[0] = 1
  :: RESTART && !managerKilled -> managerKilled = 1
  od
}

init {
  byte p;
  d_step {
    for (p : 0 .. SLOTS - 1) {
      state[SLOT(0, p)] = LIVE; generation[SLOT(0, p)] = 1; directory[DIRECTORY(p, 1)] = 1
    };
    for (p : 0 .. (LAST + 1) * K - 1) { entry[p] = NONE };
    entry[0] = CHUNK(0, 1);
    p = 0
  };
  atomic {
    for (p : 0 .. PROCESSES - 1) {
      run Reader(p);
      if :: THREADS > 1 -> run Reader(p) :: else fi;
      if :: PINS_ONLY(p) -> run IdlePins(p) :: else fi
    };
    if :: COPIER -> run Copier(0) :: else fi;
    p = 0;
    run Manager(0);
    run Killer()
  }
}
