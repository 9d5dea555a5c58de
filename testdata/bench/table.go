package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// stat is the median of some figures and their spread: half of what lies between
// the least and the greatest.
type stat struct{ median, spread float64 }

func statOf[T any](all []T, f func(T) float64) stat {
	var v []float64
	for _, x := range all {
		v = append(v, f(x))
	}
	slices.Sort(v)
	if len(v) == 0 {
		return stat{}
	}
	return stat{v[len(v)/2], (v[len(v)-1] - v[0]) / 2}
}

// String gives the median with the spread in percent of it.
func (s stat) String() string {
	if s.median == 0 {
		return "–"
	}
	return fmt.Sprintf("%s ±%.0f%%", short(s.median), 100*s.spread/s.median)
}

// short writes three digits.
func short(v float64) string {
	switch {
	case v >= 100_000:
		return fmt.Sprintf("%.0fk", v/1000)
	case v >= 10_000:
		return fmt.Sprintf("%.1fk", v/1000)
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// ratio gives the median over the rounds of the ratio of two programs in the same
// round, which a disturbance of the machine changes least.
func ratio[T any](a, b []T, f func(T) float64) stat {
	var v []float64
	for i := range min(len(a), len(b)) {
		if d := f(b[i]); d != 0 {
			v = append(v, f(a[i])/d)
		}
	}
	return statOf(v, func(x float64) float64 { return x })
}

// summaryRow is a line of the table at the end.
type summaryRow struct {
	name, program      string
	cpu, rate          stat // to haproxy
	p99, tail, rss     stat
	nginxCPU, nginxRat stat
	missed             []string
	target             string
}

// table measures all rows asked for and prints two tables: all figures as they come,
// and the ratios.
func (b *bench) table() error {
	fmt.Printf("%d threads each, %d rounds of %v; medians ± half of the range\n", b.values.Threads, b.options.rounds, b.duration)
	var sum []summaryRow
	var left []string
	begun := false
	for _, w := range workloads() {
		if !b.chosen(w.key, w.name) || b.quick && !w.quick && b.only == "" {
			continue
		}
		if !b.until.IsZero() && time.Now().After(b.until) {
			left = append(left, w.key)
			continue
		}
		if !begun {
			begun = true
			fmt.Print("\n| workload | program | rate | CPU | p50 ms | p99 ms | p99.9 ms | RSS MB |\n|---|---|---|---|---|---|---|---|\n")
		}
		got, able, err := b.rounds(&w)
		if err != nil {
			fmt.Printf("| %s | failed: %v |\n", w.name, err)
			continue
		}
		for _, p := range able {
			w.print(p.name, got[p])
		}
		sum = append(sum, w.summary(got, able)...)
	}
	printSummary(sum)
	if err := b.figures(&left); err != nil {
		return err
	}
	if len(left) > 0 {
		fmt.Printf("\nleft out for lack of time: %s\n", strings.Join(left, ", "))
	}
	return nil
}

func (w *workload) print(program string, all []measured) {
	unit, rate := "µs", "/s"
	if w.perGB {
		unit, rate = "ms/GB", "GB/s"
	}
	fmt.Printf("| %s | %s | %v %s | %v %s | %v | %v | %v | %v |\n", w.name, program,
		statOf(all, w.rate), rate, statOf(all, w.cost), unit,
		statOf(all, func(m measured) float64 { return m.p50 }),
		statOf(all, func(m measured) float64 { return m.p99 }),
		statOf(all, func(m measured) float64 { return m.p999 }),
		statOf(all, func(m measured) float64 { return m.rss }))
}

// summary compares each program after nginx with haproxy and nginx.
func (w *workload) summary(got map[*program][]measured, able []*program) (all []summaryRow) {
	var nginx []measured
	for _, p := range able[1:] {
		if p.nginx() {
			nginx = got[p]
			continue
		}
		h, g := got[able[0]], got[p]
		s := summaryRow{
			name: w.name, program: p.name,
			cpu: ratio(g, h, w.cost), rate: ratio(g, h, w.rate),
			p99:      ratio(g, h, func(m measured) float64 { return m.p99 }),
			tail:     ratio(g, h, func(m measured) float64 { return m.p999 }),
			rss:      ratio(g, h, func(m measured) float64 { return m.rss }),
			nginxCPU: ratio(g, nginx, w.cost), nginxRat: ratio(g, nginx, w.rate),
		}
		s.judge(w)
		all = append(all, s)
	}
	return all
}

// judge compares s with its targets. A rate that the load sets has none.
func (s *summaryRow) judge(w *workload) {
	check := func(what string, ok bool, target float64, sign string) {
		s.target += fmt.Sprintf(" %s %s %.3g", what, sign, target)
		if !ok {
			s.missed = append(s.missed, what)
		}
	}
	if w.cpu > 0 {
		check("CPU", s.cpu.median <= w.cpu, w.cpu, "≤")
	}
	if w.tail > 0 {
		check("p99.9", s.tail.median <= w.tail, w.tail, "≤")
		return
	}
	rate := max(1, w.faster)
	check("rate", s.rate.median >= rate, rate, "≥")
	if s.nginxRat.median > 0 && s.nginxRat.median < 1 {
		s.missed = append(s.missed, "nginx's rate")
	}
}

func printSummary(all []summaryRow) {
	if len(all) == 0 {
		return
	}
	fmt.Print("\nRatios, the medians of those within a round:\n\n")
	fmt.Println("| workload | program | CPU : haproxy | rate | p99 | p99.9 | RSS | CPU : nginx | rate | target | missed |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|")
	for _, s := range all {
		fmt.Printf("| %s | %s | %v | %v | %v | %v | %v | %v | %v |%s | %s |\n", s.name, s.program, s.cpu, s.rate, s.p99, s.tail, s.rss, s.nginxCPU, s.nginxRat,
			s.target, strings.Join(s.missed, ", "))
	}
}
