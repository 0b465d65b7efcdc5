using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Basalt.Consistency.Tests.Protocol;

/// <summary>
/// Everything that matters of a repository and of those who work on it. Names are bits: content 0 and 1 as stored by the old backup, by B
/// and by C (<see cref="Names"/>). What an actor will never look at again is zeroed, so that states that behave the same are the same.
/// </summary>
internal struct RepositoryState : IEquatable<RepositoryState>
{
    /// <summary>The old backup, B and C.</summary>
    public Three<Attempt> Attempts;

    public Two<Collector> Collectors;

    /// <summary>The plan that each collector wrote.</summary>
    public Two<Plan> Plans;

    /// <summary>The objects that exist.</summary>
    public byte Data;

    public RestoreRun Restore;

    public readonly bool Equals(RepositoryState other) => Words(in this).SequenceEqual(Words(in other));

    public override readonly bool Equals(object? obj) => obj is RepositoryState other && Equals(other);

    public override readonly int GetHashCode()
    {
        ulong hash = 0;
        foreach (ulong word in Words(in this))
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
        }

        return (int)hash;
    }

    private static ReadOnlySpan<ulong> Words(in RepositoryState state) =>
        MemoryMarshal.Cast<RepositoryState, ulong>(MemoryMarshal.CreateReadOnlySpan(in state, 1));

    /// <summary>A backup: its program and what it has stored besides extents.</summary>
    internal struct Attempt
    {
        /// <summary>The next step of the program.</summary>
        public byte Next;

        /// <summary>For each content two bits: the attempt whose upload is taken; its own number means that it uploads itself.</summary>
        public byte Sources;

        /// <summary>Names in its journals.</summary>
        public byte Journal;

        public Outcome Outcome;

        public bool IsTombstoned;
    }

    internal struct Collector
    {
        public byte Next;

        /// <summary>The plan it works on.</summary>
        public byte Plan;

        /// <summary>Plans that it saw and may prune: one bit each.</summary>
        public byte Listed;

        /// <summary>Objects that it saw and has not deleted.</summary>
        public byte Data;

        /// <summary>Names in its plan; after the second reading those that it will delete.</summary>
        public byte Keys;

        /// <summary>Names found referenced in the present reading.</summary>
        public byte References;

        /// <summary>Attempts found without an outcome; used only if journals are read last.</summary>
        public byte Undecided;

        /// <summary>What the journals of B and C said.</summary>
        public Two<byte> Journals;
    }

    internal struct Plan
    {
        public byte Keys;

        /// <summary>Whether it exists: one with keys does.</summary>
        public readonly bool Exists => Keys != 0;

        public bool IsDone;
    }

    internal struct RestoreRun
    {
        public byte Next;

        /// <summary>The attempt that is restored.</summary>
        public byte Target;
    }

    [InlineArray(2)]
    internal struct Two<T>
    {
        private T _first;
    }

    [InlineArray(3)]
    internal struct Three<T>
    {
        private T _first;
    }
}
