package stats

import (
	"sync"
	"testing"
	"time"
	"unsafe"
)

func TestShardsFillWholeLines(t *testing.T) {
	for name, size := range map[string]uintptr{
		"frontend": unsafe.Sizeof(FrontendShard{}),
		"listener": unsafe.Sizeof(ListenerShard{}),
		"backend":  unsafe.Sizeof(BackendShard{}),
		"server":   unsafe.Sizeof(ServerShard{}),
		"process":  unsafe.Sizeof(ProcessShard{}),
		"rate":     unsafe.Sizeof(rateShard{}),
		"times":    unsafe.Sizeof(timesShard{}),
	} {
		if size%line != 0 {
			t.Errorf("a %s shard has %d bytes, which is no multiple of %d", name, size, line)
		}
	}
}

func TestAnyShardIndexIsSafe(t *testing.T) {
	f := NewFrontend(3)
	for _, i := range []int{0, 1, 2, 3, 4, 1000, -1} {
		f.Session(i, 1000)
	}
	if n := f.Sum().Sessions.Load(); n != 7 {
		t.Errorf("sum over shards is %d, want 7", n)
	}
}

func TestConcurrentUpdatesAddUp(t *testing.T) {
	const loops, events = 4, 500
	f, b, s, p := NewFrontend(loops), NewBackend(loops), NewServer(loops), NewProcess(loops)
	var wg sync.WaitGroup
	for shard := range loops {
		wg.Go(func() {
			for i := range events {
				now := int64(1000 + i)
				f.Connection(shard, now)
				f.Session(shard, now)
				f.Request(shard, now)
				f.Current.Inc()
				f.At(shard).Responses.Count(200)
				b.Session(shard, now)
				b.Times.Record(shard, 1, 2, 3, 6)
				s.Session(shard, now)
				s.Current.Inc()
				s.Current.Dec()
				p.Sent(shard, now, 10, 3)
				f.Current.Dec()
			}
		})
	}
	wg.Go(func() { // a reader while they run
		var r Row
		for range 50 {
			f.Fill(&r, 1200)
			b.Fill(&r, 1200)
			s.Fill(&r, 1200)
		}
	})
	wg.Wait()

	var r Row
	f.Fill(&r, 1499)
	if r.Sessions != loops*events || r.Connections != loops*events || r.Requests != loops*events || r.Responses[2] != loops*events {
		t.Errorf("frontend: %d sessions, %d connections, %d requests, %d responses; want %d each",
			r.Sessions, r.Connections, r.Requests, r.Responses[2], loops*events)
	}
	if r.SessRate != loops*events || r.SessRateMax != loops*events {
		t.Errorf("frontend: rate %d, max %d; want %d", r.SessRate, r.SessRateMax, loops*events)
	}
	if r.SessionsCur != 0 || r.SessionsMax == 0 || r.SessionsMax > loops {
		t.Errorf("frontend: %d current sessions, max %d; want 0 and 1 to %d", r.SessionsCur, r.SessionsMax, loops)
	}
	r = Row{}
	b.Fill(&r, 2499)
	if r.Sessions != loops*events || r.Times != (TimesValue{Queue: 1, Connect: 2, Response: 3, Total: 6, QueueMax: 1, ConnectMax: 2, ResponseMax: 3, TotalMax: 6}) {
		t.Errorf("backend: %d sessions, times %+v", r.Sessions, r.Times)
	}
	r = Row{}
	s.Fill(&r, 3499)
	if r.Sessions != loops*events || r.LastSession != 2 {
		t.Errorf("server: %d sessions, the last %d s ago", r.Sessions, r.LastSession)
	}
	var i Info
	p.Fill(&i, 1499)
	if i.TotalBytesOut != loops*events*10 || i.TotalSplicedBytesOut != loops*events*3 || i.BytesOutRate != loops*events*10 {
		t.Errorf("process: %d bytes, %d spliced, %d/s", i.TotalBytesOut, i.TotalSplicedBytesOut, i.BytesOutRate)
	}
}

func TestUpdatesDoNotAllocate(t *testing.T) {
	f, b, s, p := NewFrontend(2), NewBackend(2), NewServer(2), NewProcess(2)
	now := int64(1000)
	if n := testing.AllocsPerRun(1000, func() {
		now += 37
		p.Connection(1, now)
		f.Connection(1, now)
		f.Session(1, now)
		f.Current.TryInc(10)
		f.Request(1, now)
		f.At(1).Responses.Count(503)
		b.Session(1, now)
		s.Session(1, now)
		s.Current.Inc()
		b.Times.Record(1, 0, 1, 5, 7)
		b.Latency.Record(1, 7*time.Millisecond)
		s.Current.Dec()
		f.Current.Dec()
		p.Sent(1, now, 1000, 0)
	}); n != 0 {
		t.Errorf("%v allocations for each request, want none", n)
	}
}

func TestClear(t *testing.T) {
	b := NewBackend(2)
	b.Session(0, 1000)
	b.At(1).Retries.Add(3)
	b.At(0).Open.H1Connections.Add(1)
	b.Current.Add(5)
	b.Current.Add(-3)
	b.Times.Record(0, 1, 1, 1, 900)

	b.ClearMax()
	var r Row
	b.Fill(&r, 1000)
	if r.SessionsMax != 0 || r.SessRateMax != 0 || r.Times.TotalMax != 0 {
		t.Errorf("after ClearMax: maxima %d, %d, %d", r.SessionsMax, r.SessRateMax, r.Times.TotalMax)
	}
	if r.Sessions != 1 || r.Retries != 3 || r.SessionsCur != 2 || r.Times.Total != 900 {
		t.Errorf("ClearMax took more than maxima: %d sessions, %d retries, %d current, %d ms", r.Sessions, r.Retries, r.SessionsCur, r.Times.Total)
	}

	b.Clear()
	r = Row{}
	b.Fill(&r, 1000)
	if r.Sessions != 0 || r.Retries != 0 || r.Times.Total != 0 || r.LastSession != -1 {
		t.Errorf("after Clear: %d sessions, %d retries, %d ms, last %d", r.Sessions, r.Retries, r.Times.Total, r.LastSession)
	}
	if r.SessionsCur != 2 || r.H1.OpenConnections != 1 {
		t.Errorf("Clear took what is open: %d sessions, %d connections", r.SessionsCur, r.H1.OpenConnections)
	}
}

// BenchmarkRequest counts a request.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./stats | tee new.txt
func BenchmarkRequest(b *testing.B) {
	f, be, s := NewFrontend(2), NewBackend(2), NewServer(2)
	now := int64(1000)
	for b.Loop() {
		f.Request(0, now)
		c := f.At(0)
		c.BytesIn.Add(100)
		c.BytesOut.Add(1000)
		c.Responses.Count(200)
		be.Session(0, now)
		s.Session(0, now)
		be.Times.Record(0, 0, 1, 2, 3)
	}
}
