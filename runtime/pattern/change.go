package pattern

// Add adds an entry at run time, to the generation that look-ups see.
func (r *Ref) Add(pattern, value string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.add(pattern, value, r.current)
}

// AddTo adds an entry to a generation that was prepared.
func (r *Ref) AddTo(generation uint32, pattern, value string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if int32(r.next-generation) < 0 {
		return ErrVersion
	}
	return r.add(pattern, value, generation)
}

func (r *Ref) add(pattern, value string, generation uint32) error {
	if r.count >= maxEntries {
		return errFull
	}
	v, ok := parseValue(value, r.outputs)
	if !ok {
		return ErrValue
	}
	all := make([]parsed, len(r.exprs))
	for i, x := range r.exprs {
		var err error
		if all[i], err = x.parse(pattern, false); err != nil {
			return err
		}
	}
	e := newEntry(pattern, v, generation)
	r.link(e)
	if generation == r.current {
		for i, x := range r.exprs {
			x.show(x.now.Load().index.with(&all[i], e, nil))
		}
	}
	return nil
}

// Has reports whether there is an entry of that very pattern.
func (r *Ref) Has(pattern string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen(pattern)) > 0
}

// seen returns the entries of a pattern that look-ups see.
func (r *Ref) seen(pattern string) (list []*Entry) {
	for _, e := range r.keys[pattern] {
		if e.generation == r.current {
			list = append(list, e)
		}
	}
	return list
}

// AddOnce adds an entry unless there is one of the pattern.
func (r *Ref) AddOnce(pattern string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen(pattern)) > 0 {
		return nil
	}
	return r.add(pattern, "", r.current)
}

// Put gives the entries of a pattern a value, or adds one.
func (r *Ref) Put(pattern, value string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, err := r.set(r.seen(pattern), value); found || err != nil {
		return err
	}
	return r.add(pattern, value, r.current)
}

// Set gives the entries of a pattern a value. It reports false when there is
// none.
func (r *Ref) Set(pattern, value string) (found bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.set(r.seen(pattern), value)
}

// SetEntry gives the entry of a reference a value.
func (r *Ref) SetEntry(reference uint64, value string) (found bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.entry(reference); e != nil {
		return r.set([]*Entry{e}, value)
	}
	return false, nil
}

func (r *Ref) set(list []*Entry, value string) (found bool, err error) {
	if len(list) == 0 {
		return false, nil
	}
	v, ok := parseValue(value, r.outputs)
	if !ok {
		return true, ErrValue
	}
	for _, e := range list {
		e.value.Store(v)
	}
	return true, nil
}

// Delete removes the entries of a pattern. It reports false when there is none.
func (r *Ref) Delete(pattern string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.seen(pattern)
	for _, e := range list {
		r.drop(e)
	}
	return len(list) > 0
}

// DeleteEntry removes the entry of a reference.
func (r *Ref) DeleteEntry(reference uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.entry(reference)
	if e != nil {
		r.drop(e)
	}
	return e != nil
}

func (r *Ref) entry(reference uint64) *Entry {
	for e := r.head; e != nil; e = e.next {
		if e.Reference() == reference {
			return e
		}
	}
	return nil
}

func (r *Ref) drop(e *Entry) {
	r.unlink(e)
	if e.generation != r.current {
		return
	}
	for _, x := range r.exprs {
		// A name in the configuration may be gone from the DNS by now: the index
		// is made anew then.
		if p, err := x.parse(e.Pattern, false); err == nil {
			x.show(x.now.Load().index.without(&p, e, nil))
		} else {
			r.rebuild(x)
		}
	}
}

// Clear removes all entries of a generation.
func (r *Ref) Clear(generation uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.purge(func(e *Entry) bool { return e.generation == generation })
	if generation == r.current {
		for _, x := range r.exprs {
			x.show(newIndex(x.Kind))
		}
	}
}

// Current is the generation that look-ups see.
func (r *Ref) Current() uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

// Prepare begins a new generation, to be filled unseen, and returns its number.
func (r *Ref) Prepare() uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	return r.next
}

// Commit makes look-ups see a prepared generation and removes the older ones. It
// reports false for one that is neither prepared nor newer than the current.
func (r *Ref) Commit(generation uint32) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if generation-r.current-1 >= r.next-r.current {
		return false
	}
	before := r.current
	r.purge(func(e *Entry) bool { return e.generation-before < generation-before })
	r.current = generation
	for _, x := range r.exprs {
		r.rebuild(x)
	}
	return true
}

func (r *Ref) purge(old func(*Entry) bool) {
	for e := r.head; e != nil; e = e.next {
		if old(e) {
			r.unlink(e)
		}
	}
}

// rebuild makes an expression's index anew, aside from what look-ups see.
func (r *Ref) rebuild(x *Expr) {
	ed, n := new(edit), newIndex(x.Kind)
	for e := r.head; e != nil; e = e.next {
		if e.generation != r.current {
			continue
		}
		if p, err := x.parse(e.Pattern, false); err == nil {
			n = n.with(&p, e, ed)
		}
	}
	x.show(n)
}
