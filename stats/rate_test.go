package stats

import (
	"testing"
	"time"
)

func TestRateSlides(t *testing.T) {
	var r Rate
	r.init(2)
	for i := range 10 {
		r.Add(i, 5000+int64(i), 1)
	}
	for _, c := range []struct {
		now  int64
		want uint64
	}{{5500, 10}, {5999, 10}, {6000, 10}, {6500, 5}, {6999, 0}, {7000, 0}} {
		if got := r.Load(c.now); got != c.want {
			t.Errorf("rate at %d ms is %d, want %d", c.now, got, c.want)
		}
	}
	if r.Max() != 10 {
		t.Errorf("max is %d, want 10", r.Max())
	}
}

func TestRateMaxCountsShardsTogether(t *testing.T) {
	var r Rate
	r.init(4)
	for shard := range 4 {
		r.Add(shard, 2100, 3)
	}
	r.Add(0, 3000, 1)
	r.Add(0, 4000, 1) // shard 0 has left second 2 far behind, the others have not
	r.Add(1, 9000, 20)
	r.Add(2, 9999, 5)
	if r.Max() != 25 {
		t.Errorf("max is %d, want 25", r.Max())
	}
	r.ClearMax()
	if r.Max() != 0 {
		t.Errorf("max after ClearMax is %d", r.Max())
	}
	r.Add(3, 20000, 2)
	if r.Max() != 2 {
		t.Errorf("max is %d, want 2", r.Max())
	}
}

func TestLoneEventStaysVisible(t *testing.T) {
	var r Rate
	r.init(1)
	r.Add(0, 1999, 1)
	if got := r.Load(2900); got != 1 {
		t.Errorf("rate 901 ms after a single event is %d, want 1", got)
	}
}

func TestTimesAverageTheLatest(t *testing.T) {
	var v Times
	v.init(2)
	for i := range 4 {
		v.Record(i, 0, 10, 20, 30+int64(i))
	}
	got := v.Load()
	if got.Connect != 10 || got.Response != 20 || got.Total != 32 || got.TotalMax != 33 { // mean 31.5, rounded up
		t.Errorf("after four events: %+v", got)
	}
	for range 20000 {
		v.Record(0, 0, 0, 0, 1000)
	}
	if got = v.Load(); got.Total != 1000 || got.Connect != 0 {
		t.Errorf("old events did not fade: %+v", got)
	}
	v.Clear()
	if got = v.Load(); got != (TimesValue{}) {
		t.Errorf("after Clear: %+v", got)
	}
}

func TestHistogram(t *testing.T) {
	last := -1
	for us := range 100000 {
		d := time.Duration(us) * time.Microsecond
		b := bucket(d)
		if b != last && b != last+1 {
			t.Fatalf("%v falls into bucket %d after %d", d, b, last)
		}
		last = b
		if up := upper(b); up < d || b >= 16 && float64(up) > float64(d)*1.1251+1000 {
			t.Fatalf("%v falls into bucket %d, which ends at %v", d, b, up)
		}
	}
	if b := bucket(100 * time.Hour); b != buckets-1 {
		t.Errorf("the longest duration falls into bucket %d of %d", b, buckets)
	}

	h := NewHistogram(2)
	for i := range 100 {
		h.Record(i, time.Duration(i+1)*time.Millisecond)
	}
	l := h.Latency()
	near := func(d, want time.Duration) bool { return d >= want && float64(d) <= float64(want)*1.13 }
	if l.Count != 100 || !near(l.P50, 50*time.Millisecond) || !near(l.P99, 99*time.Millisecond) || !near(l.Max, 100*time.Millisecond) {
		t.Errorf("latency %+v", l)
	}
	h.Clear()
	if l = h.Latency(); l != (Latency{}) {
		t.Errorf("after Clear: %+v", l)
	}
}

func TestGaugeLimit(t *testing.T) {
	var g Gauge
	for n, want := range []bool{true, true, false} {
		if g.TryInc(2) != want {
			t.Errorf("with a limit of 2, number %d: %v", n+1, !want)
		}
	}
	if !g.TryInc(0) {
		t.Error("0 is no limit")
	}
	g.Dec()
	if g.Load() != 2 || g.Max() != 3 {
		t.Errorf("gauge %d, max %d; want 2 and 3", g.Load(), g.Max())
	}
}

func TestHealthTimes(t *testing.T) {
	var h Health
	h.Reset(1000, false)
	if h.Downtime(9000) != 0 || h.LastChange(9000) != 8 {
		t.Errorf("up: %d s down, changed %d s ago", h.Downtime(9000), h.LastChange(9000))
	}
	h.Change(10000, true)
	h.Change(12000, true) // from failed to maintenance
	if h.Downtime(15000) != 5 || h.LastChange(15000) != 3 {
		t.Errorf("down: %d s down, changed %d s ago; want 5 and 3", h.Downtime(15000), h.LastChange(15000))
	}
	h.Change(20000, false)
	if h.Downtime(30000) != 10 {
		t.Errorf("up again: %d s down, want 10", h.Downtime(30000))
	}
}
