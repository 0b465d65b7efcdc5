using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>done.json</c>: what became of a plan.</summary>
internal sealed record GarbageDoneDocument : IJsonOnDeserialized
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset Completed { get; init; }

    public required int Deleted { get; init; }

    /// <summary>Condemned objects that turned out to be needed.</summary>
    public required ImmutableArray<string> Retained { get; init; }

    public required ImmutableArray<FailedDeletion> Failed { get; init; }

    public required long BytesFreed { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Retained, nameof(Retained));
        RequiredElements.Check(Failed, nameof(Failed));
    }
}
