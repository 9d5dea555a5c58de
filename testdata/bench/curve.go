package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// curve measures how the rates of the chosen rows grow with the cores. The programs
// get as many threads as cores; load and backend run on the rest where there is one.
func (b *bench) curve() error {
	var counts []int
	for s := range strings.SplitSeq(b.cores, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > runtime.NumCPU() {
			return fmt.Errorf("--cores %s: this machine has %d", s, runtime.NumCPU())
		}
		counts = append(counts, n)
	}
	fmt.Printf("rate, and its ratio to that of %d; CPU time of a request or gigabyte. %d rounds of %v.\n", counts[0], b.options.rounds, b.duration)
	fmt.Print("Load and backend have the cores that the program has not; with † they share all.\n\n")
	fmt.Print("| workload | program |")
	for _, n := range counts {
		fmt.Printf(" %d |", n)
	}
	fmt.Printf("\n|---|---|%s\n", strings.Repeat("---|", len(counts)))
	for _, w := range workloads() {
		if !b.chosen(w.key, w.name) || b.only == "" && !inCurve[w.key] || w.tail > 0 {
			continue
		}
		if err := b.curveRow(&w, counts); err != nil {
			fmt.Printf("| %s | failed: %v |\n", w.name, err)
		}
	}
	return nil
}

// inCurve are the rows of the curve unless -run asks for others.
var inCurve = map[string]bool{"keepalive": true, "rules": true, "close": true, "tcp-short": true, "track": true, "tls-keepalive": true, "h2": true}

func (b *bench) curveRow(w *workload, counts []int) error {
	cells := map[string][]string{}
	first := map[string]float64{}
	var names []string
	for i, n := range counts {
		shared, err := b.pin(n)
		if err != nil {
			return err
		}
		got, able, err := b.rounds(w)
		if err != nil {
			return err
		}
		for _, p := range able {
			rate := statOf(got[p], w.rate)
			if i == 0 {
				first[p.name] = rate.median
				names = append(names, p.name)
			}
			cells[p.name] = append(cells[p.name], fmt.Sprintf("%v (%.2f), %s%s", rate, rate.median/first[p.name], short(statOf(got[p], w.cost).median), shared))
		}
	}
	for _, name := range names {
		fmt.Printf("| %s | %s | %s |\n", w.name, name, strings.Join(cells[name], " | "))
	}
	return nil
}

// pin gives the programs the first n cores, and load and backend the others. It
// gives a mark for when there are no others.
func (b *bench) pin(n int) (mark string, err error) {
	var on, off cores
	for i := range runtime.NumCPU() {
		if i < n {
			on = append(on, i)
		} else {
			off = append(off, i)
		}
	}
	if len(off) == 0 {
		mark, off = "†", on
	}
	b.on, b.off, b.values.Threads = on, off, n
	if err := move(off); err != nil {
		return "", err
	}
	if b.web != nil {
		end(b.web)
	}
	return mark, b.startWeb()
}
