package queue

import (
	"sync"
	"testing"
	"time"
)

func TestOrder(t *testing.T) {
	var q Queue[*int]
	var w [3]Waiter[*int]
	for i := range w {
		q.Add(&w[i], 0, 0)
	}
	for i := range w {
		v := i
		if !Give(&v, &q, nil) {
			t.Fatalf("Give %d found nobody", i)
		}
		got, ok := w[i].Wait(0)
		if !ok || *got != i {
			t.Fatalf("waiter %d got %v, %v", i, got, ok)
		}
	}
	if Give(new(int), &q, nil) {
		t.Error("Give found somebody in an empty queue")
	}
	if q.Max() != 3 || q.Len() != 0 {
		t.Errorf("Max %d, Len %d", q.Max(), q.Len())
	}
}

// The one who came first gets the slot, whichever of two queues it stands in.
func TestOlderQueueFirst(t *testing.T) {
	var own, shared Queue[*int]
	var first, second Waiter[*int]
	shared.Add(&first, 0, 0)
	time.Sleep(time.Millisecond) // the clock decides the order
	own.Add(&second, 0, 0)
	v := 1
	Give(&v, &own, &shared)
	if _, ok := first.Wait(time.Millisecond); !ok {
		t.Error("the slot went to the later one")
	}
	if _, ok := second.Wait(time.Millisecond); ok {
		t.Error("the later one got a slot as well")
	}
}

// A waiter whose time is up is out of the queue, and a slot given at that very
// moment is not lost: either the waiter has it or the giver hears that nobody
// took it.
func TestTimeoutRace(t *testing.T) {
	var q Queue[*int]
	for range 2000 {
		var w Waiter[*int]
		q.Add(&w, 0, 0)
		v, given := 1, false
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			given = Give(&v, &q, nil)
		}()
		w.Leave()
		_, got := w.Wait(time.Second)
		wg.Wait()
		if got != given {
			t.Fatalf("given %v, got %v", given, got)
		}
		if q.Len() != 0 {
			t.Fatalf("%d left in the queue", q.Len())
		}
	}
}

func TestDrain(t *testing.T) {
	var q Queue[*int]
	var w [2]Waiter[*int]
	q.Add(&w[0], 0, 0)
	q.Add(&w[1], 0, 0)
	if n := q.Drain(); n != 2 {
		t.Fatalf("drained %d", n)
	}
	for i := range w {
		if v, ok := w[i].Wait(0); !ok || v != nil {
			t.Errorf("waiter %d: %v, %v", i, v, ok)
		}
	}
}

func TestPriorities(t *testing.T) {
	var q Queue[int]
	w := make([]Waiter[int], 6)
	for i, c := range []struct {
		class  int32
		offset time.Duration
	}{{0, 0}, {1, 0}, {0, 0}, {-1, 0}, {0, -time.Hour}, {1, -time.Hour}} {
		q.Add(&w[i], c.class, c.offset)
	}
	for _, i := range []int{3, 4, 0, 2, 5, 1} {
		if !q.give(7) || !w[i].done {
			t.Errorf("waiter %d is not the next", i)
		}
	}
	for i, want := range []int{3, 6, 4, 1, 2, 5} {
		if got := w[i].Position(); got != want {
			t.Errorf("waiter %d was at %d, want %d", i, got, want)
		}
	}
	if q.Len() != 0 || q.give(7) {
		t.Error("somebody is left")
	}
}
