package health

import "container/heap"

// queue orders the waiting checks by the time that they are due.
type queue struct{ heap checkHeap }

func (q *queue) push(c *checker) { heap.Push(&q.heap, c) }

func (q *queue) first() *checker {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0]
}

func (q *queue) remove(c *checker) {
	if c.index >= 0 {
		heap.Remove(&q.heap, c.index)
	}
}

func (q *queue) clear() {
	for _, c := range q.heap {
		c.index = -1
	}
	q.heap = nil
}

type checkHeap []*checker

func (h checkHeap) Len() int           { return len(h) }
func (h checkHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }

func (h checkHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *checkHeap) Push(x any) {
	c := x.(*checker)
	c.index = len(*h)
	*h = append(*h, c)
}

func (h *checkHeap) Pop() any {
	old := *h
	c := old[len(old)-1]
	*h = old[:len(old)-1]
	c.index = -1
	return c
}
