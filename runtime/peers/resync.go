package peers

import (
	"sync"
	"sync/atomic"

	"gohap/runtime/conn"
)

// resync is how this process comes to know what others know: from the process
// whose place it takes, or else from a peer.
type resync struct {
	section *Section

	mu    sync.Mutex
	phase phase
	// synced tells without mu that phase is inSync.
	synced atomic.Bool
	// teacher is the session that was asked.
	teacher *session
	timer   *conn.Timer
}

// phase is how far it has got.
type phase uint8

const (
	askOld  phase = iota // the process of before
	askPeer              // any peer
	inSync
)

func (r *resync) begin(old bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = conn.AfterFunc(resyncTimeout, r.expire)
	if !old {
		r.nextPhase()
	}
}

// nextPhase goes on to ask the peers. mu is held.
func (r *resync) nextPhase() {
	r.phase, r.teacher = askPeer, nil
	r.timer.Reset(resyncTimeout)
	r.section.connect()
	r.assign()
}

// expire gives up waiting, unless a lesson is being given.
func (r *resync) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.teacher != nil && conn.Now()-r.teacher.heard.Load() < resyncTimeout.Milliseconds():
		r.timer.Reset(resyncTimeout)
	case r.phase == askOld:
		r.nextPhase()
	default:
		r.finish()
	}
}

// assign asks a peer that has not been asked. mu is held.
func (r *resync) assign() {
	if r.phase != askPeer || r.teacher != nil {
		return
	}
	for _, p := range r.section.Peers {
		if x := p.live.Load(); x != nil && !p.Local && !p.partial.Load() {
			r.teacher = x
			x.tell(func() { x.request = true })
			return
		}
	}
}

// began hears of a new session.
func (r *resync) began(x *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.peer.Local && r.phase == askOld && r.teacher == nil {
		r.teacher = x // it begins by itself
		return
	}
	r.assign()
}

// taught hears the end of a lesson; all says that the teacher knew everything.
func (r *resync) taught(x *session, all bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.teacher != x {
		return
	}
	r.teacher = nil
	switch {
	case all:
		r.finish()
		r.timer.Stop()
		r.section.connect()
	case r.phase == askOld:
		r.nextPhase()
	default:
		x.peer.partial.Store(true)
		r.assign()
	}
}

// ended hears that a session is over.
func (r *resync) ended(x *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.teacher == x {
		r.teacher = nil
		r.assign()
	}
}

// finish has this process know as much as it can. mu is held.
func (r *resync) finish() {
	r.phase, r.teacher = inSync, nil
	r.synced.Store(true)
}

func (r *resync) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer != nil {
		r.timer.Stop()
	}
	r.phase = max(r.phase, askPeer) // nobody is asked any more
}
