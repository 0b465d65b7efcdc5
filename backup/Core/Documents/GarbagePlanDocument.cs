using System.Collections.Immutable;

namespace Basalt.Backup.Documents;

/// <summary><c>plan.json</c>: objects that a collector condemned. No backup may begin to share one of them, ever again.</summary>
internal sealed record GarbagePlanDocument
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required ImmutableArray<string> Keys { get; init; }
}
