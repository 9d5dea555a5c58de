package conn

import "sync"

// keepWorkers is how many goroutines of a shard wait for their next job. What they
// save is growing a fresh stack: a stream's call chain does not fit into the
// initial one.
const keepWorkers = 64

// workers are the goroutines that wait, in shards so that they are no bottleneck;
// in each the latest last: its stack is the likeliest to be in a cache.
var workers [16]struct {
	sync.Mutex
	idle []*worker
	_    [32]byte // no two shards in a cache line
}

type worker struct {
	shard uint
	jobs  chan func()
}

// startWorker runs f in a goroutine. The shard only spreads the load.
func startWorker(shard uint, f func()) {
	shard %= uint(len(workers))
	p := &workers[shard]
	p.Lock()
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.Unlock()
		w.jobs <- f // has room: the worker is idle
		return
	}
	p.Unlock()
	go work(shard, f)
}

func work(shard uint, f func()) {
	w := &worker{shard, make(chan func(), 1)}
	for {
		f()
		f = nil
		if !w.rest() {
			return
		}
		f = <-w.jobs
	}
}

// rest puts w among the idle ones, and gives false where there are enough.
func (w *worker) rest() bool {
	p := &workers[w.shard]
	p.Lock()
	defer p.Unlock()
	if len(p.idle) >= keepWorkers {
		return false
	}
	p.idle = append(p.idle, w)
	return true
}

// Spare counts the goroutines that are kept for later tasks and run nothing. It is
// for reports: what it says may be old when it returns.
func Spare() int {
	n := spareTasks()
	for i := range workers {
		p := &workers[i]
		p.Lock()
		n += len(p.idle)
		p.Unlock()
	}
	return n
}
