using System.Runtime.CompilerServices;
using System.Text;

namespace Basalt.Tests.Support;

/// <summary>Gives a decoder one hostile input after the other and tells which of them it could not bear.</summary>
public static class FuzzLoop
{
    /// <summary>Only an input that is decoded without end takes this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a decoder on mutations of a good input, on a thread of its own.</summary>
    /// <param name="seed">The seed of the inputs, for the message.</param>
    /// <param name="rounds">How many inputs.</param>
    /// <param name="next">Makes an input.</param>
    /// <param name="decode">Reads it: returns or throws what is foreseen for bad input, which it catches itself.</param>
    /// <param name="maxAllocated">The most bytes that one input may make it allocate.</param>
    /// <exception cref="FuzzFailureException">An input was not borne.</exception>
    public static void Run(int seed, int rounds, Func<byte[]> next, Action<byte[]> decode, long maxAllocated)
    {
        var current = new StrongBox<(int Round, byte[] Input)>((-1, []));
        Task work = Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    byte[] input = next();
                    current.Value = (round, input);
                    Decode(seed, round, input, decode, maxAllocated);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (int seen = -2; !Wait(work); seen = current.Value.Round)
        {
            if (seen == current.Value.Round)
            {
                throw new FuzzFailureException($"{Describe(seed, seen, current.Value.Input)}: no end after {Patience}.");
            }
        }
    }

    /// <summary>An input in a form in which it can be given again.</summary>
    public static string Describe(int seed, int round, byte[] input) =>
        $"Seed {seed} + {ByteMutator.Seed}, round {round}, {input.Length} bytes, "
        + $"hex {Convert.ToHexString(input.AsSpan(0, Math.Min(input.Length, 2000)))}, text {Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 2000)))}";

    private static bool Wait(Task work)
    {
        try
        {
            return work.Wait(Patience);
        }
        catch (AggregateException failure)
        {
            throw new FuzzFailureException(failure.InnerException!.Message, failure.InnerException);
        }
    }

    private static void Decode(int seed, int round, byte[] input, Action<byte[]> decode, long maxAllocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(input);
        }
        catch (Exception failure)
        {
            throw new FuzzFailureException($"{Describe(seed, round, input)}: {failure}", failure);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > maxAllocated)
        {
            throw new FuzzFailureException($"{Describe(seed, round, input)}: {allocated} bytes were allocated, more than {maxAllocated}.");
        }
    }
}
