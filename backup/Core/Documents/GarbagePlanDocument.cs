using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>plan.json</c>: objects that a collector condemned. No backup may begin to share one of them, ever again.</summary>
internal sealed record GarbagePlanDocument : IJsonOnDeserialized
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required ImmutableArray<string> Keys { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => RequiredElements.Check(Keys, nameof(Keys));
}
