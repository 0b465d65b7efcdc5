using Basalt.Bench.Load;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>One way to write.</summary>
/// <param name="Name">What the report calls it; goals refer to it.</param>
/// <param name="Order">Order of keys.</param>
/// <param name="Writers">Threads.</param>
/// <param name="Batch">Entries per call.</param>
/// <param name="Durability">What a write survives.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="HasGoal">Whether a goal rests on it: then it runs more often and longer.</param>
internal sealed record PutCase(
    string Name, KeyOrder Order, int Writers, int Batch, Durability Durability, int ValueBytes, bool HasGoal = false);
