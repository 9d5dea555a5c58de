package balance

import "testing"

func TestBackups(t *testing.T) {
	fs, ss := fakes(1, 1, 1, 1)
	fs[2].backup, fs[3].backup = true, true
	down := func(f *fake) { f.down = true }
	for _, c := range []struct {
		name   string
		change func()
		one    string // picks with the first backup only
		all    string // with `option allbackups`
	}{
		{"all up", func() {}, "1212", "1212"},
		{"one active left", func() { down(fs[0]) }, "2222", "2222"},
		{"no weight", func() { fs[1].weight = 0 }, "3333", "3434"},
		{"first backup gone", func() { down(fs[2]) }, "4444", "4444"},
		{"none", func() { down(fs[3]) }, "////", "////"},
	} {
		c.change()
		if got := digits(New(Config{}, ss), 4); got != c.one && !(c.one == "////" && got == "0000") {
			t.Errorf("%s: %s, want %s", c.name, got, c.one)
		}
		if got := digits(New(Config{AllBackups: true}, ss), 4); got != c.all && !(c.all == "////" && got == "0000") {
			t.Errorf("%s, allbackups: %s, want %s", c.name, got, c.all)
		}
	}
	b := New(Config{}, ss)
	if b.Pick(nil, None) != NoServer {
		t.Error("a server is picked although none is usable")
	}
	fs[1].weight = 1
	b.Update(1)
	if got := digits(b, 2); got != "22" {
		t.Errorf("after an update: %s", got)
	}
}

func TestAvoid(t *testing.T) {
	for a := range algorithms {
		for _, consistent := range []bool{false, true} {
			fs, ss := fakes(1, 1)
			b := New(Config{Algorithm: Algorithm(a), Consistent: consistent}, ss)
			for range 20 {
				if got := b.Pick(nil, 0); got != 1 {
					t.Errorf("%v: picks %d although it failed", Algorithm(a), got)
				}
			}
			fs[1].down = true
			b.Update(1)
			if got := b.Pick(nil, 0); got != 0 {
				t.Errorf("%v: the only server is not picked again: %d", Algorithm(a), got)
			}
		}
	}
}

func TestFull(t *testing.T) {
	for a := range algorithms {
		fs, ss := fakes(1, 1)
		fs[0].maxconn, fs[0].served = 2, 2
		b := New(Config{Algorithm: Algorithm(a)}, ss)
		b.Moved(0)
		for range 6 {
			if got := b.Pick(nil, None); got != 1 {
				t.Errorf("%v: picks full server %d", Algorithm(a), got)
			}
		}
		fs[1].maxconn, fs[1].served = 1, 1
		fs[0].maxqueue, fs[1].maxqueue = 1, 1
		fs[0].queued, fs[1].queued = 1, 1
		b.Moved(0)
		b.Moved(1)
		if got := b.Pick(nil, None); got != AllFull {
			t.Errorf("%v: picks %d when all are full", Algorithm(a), got)
		}
	}
}

// TestLeastConn holds sessions; the order is haproxy's.
func TestLeastConn(t *testing.T) {
	for _, c := range []struct {
		weights []int
		script  string // h: hold a session; .: a short one; digit: a session of that server ends
		want    string
	}{
		{[]int{1, 1, 1}, "......", "123123"},
		{[]int{3, 1}, "......", "121212"},
		{[]int{2, 1}, "hhhhhhh", "1211211"},
		{[]int{1, 1, 1}, "hh......h......1......", "12333333" + "3" + "123123" + "111111"},
		{[]int{3, 1, 2}, "h....h....hhhhhhh", "12323" + "2" + "3333" + "3131131"},
	} {
		fs, ss := fakes(c.weights...)
		b := New(Config{Algorithm: LeastConn}, ss)
		got := ""
		for _, do := range c.script {
			if do >= '1' && do <= '9' {
				fs[do-'1'].served--
				b.Moved(int(do - '1'))
				continue
			}
			i := b.Pick(nil, None)
			got += string(rune('1' + i))
			fs[i].served++
			b.Moved(i)
			if do == '.' {
				fs[i].served--
				b.Moved(i)
			}
		}
		if got != c.want {
			t.Errorf("%v %s: %s, want %s", c.weights, c.script, got, c.want)
		}
	}
}

func TestFirst(t *testing.T) {
	fs, ss := fakes(1, 1, 1)
	fs[0].id, fs[1].id, fs[2].id = 5, 3, 4
	for _, f := range fs {
		f.maxconn = 1
	}
	b := New(Config{Algorithm: First}, ss)
	for _, want := range []int{1, 2, 0, AllFull} {
		got := b.Pick(nil, None)
		if got != want {
			t.Errorf("picks %d, want %d", got, want)
		}
		if got >= 0 {
			fs[got].served++
		}
	}
}
