using System.Globalization;
using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>What the child process is to do.</summary>
/// <param name="Directory">The database.</param>
/// <param name="Durability">Of every write.</param>
/// <param name="Writers">Threads that write.</param>
/// <param name="Seed">Of all that is random in it.</param>
/// <param name="Batches">How many each writer writes before the process ends on its own.</param>
public sealed record WriterArguments(string Directory, Durability Durability, int Writers, int Seed, int Batches)
{
    public static WriterArguments Parse(string[] args) => new(
        args[0], Enum.Parse<Durability>(args[1]), Number(args[2]), Number(args[3]), Number(args[4]));

    public string[] ToArray() =>
    [
        Directory,
        Durability.ToString(),
        Writers.ToString(CultureInfo.InvariantCulture),
        Seed.ToString(CultureInfo.InvariantCulture),
        Batches.ToString(CultureInfo.InvariantCulture),
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
