using System.Text;
using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>
/// What the process says of itself, one line each, handed to the system before the next step: what was acknowledged must be in the
/// reader's pipe when the process is killed. A line that is whole ends with a full stop.
/// </summary>
public sealed class Report(Stream output) : IDisposable
{
    public const string End = " .";

    private readonly Lock _lock = new();

    /// <summary>The database is open and the writers start.</summary>
    public void Ready() => Line("ready");

    /// <summary>A batch was acknowledged.</summary>
    public void Acknowledged(int writer, long count) => Line($"batch {writer} {count}");

    /// <summary>A lease was granted; at least the batches up to <paramref name="counts"/> of each writer must be in it.</summary>
    public void Leased(Guid lease, IEnumerable<long> counts) => Line($"lease {lease} {string.Join(' ', counts)}");

    /// <summary>A lease is about to be released: from here on it may be there or not.</summary>
    public void Releasing(Guid lease) => Line($"releasing {lease}");

    /// <summary>A step is about to be done: from here on it may be done or not.</summary>
    public void Began(string step) => Line($"began {step}");

    /// <summary>A step is done.</summary>
    public void Did(string step) => Line($"did {step}");

    /// <summary>A call failed.</summary>
    public void Failed(DatabaseError error) => Line($"failed {error}");

    /// <summary>How a write after the failure ended: with an error, or accepted.</summary>
    public void AfterFailure(string outcome) => Line($"then {outcome}");

    /// <summary>All batches were written and the database was closed.</summary>
    public void Done() => Line("done");

    public void Dispose() => output.Dispose();

    private void Line(string text)
    {
        byte[] line = Encoding.ASCII.GetBytes(text + End + "\n");
        lock (_lock)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
