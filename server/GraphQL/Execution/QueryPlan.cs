using Basalt.Server.GraphQL.Syntax;
using Basalt.Server.Schema;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>A query, checked against the classes, before anything of it runs.</summary>
/// <param name="Roots">The parts of the answer, in order.</param>
internal sealed record QueryPlan(IReadOnlyList<QueryPlan.Root> Roots)
{
    /// <summary><c>Get</c> or <c>Aggregate</c>.</summary>
    /// <param name="Key">Its name in the answer.</param>
    /// <param name="Entries">One for each class.</param>
    internal sealed record Root(string Key, IReadOnlyList<Entry> Entries);

    /// <summary>What is asked of a class.</summary>
    /// <param name="Field">The field, whose key is the name in the answer.</param>
    /// <param name="Target">The class.</param>
    /// <param name="Shape">How objects are shown; null counts them.</param>
    /// <param name="Counts">The names of the counts in the answer: of <c>meta</c>, and of <c>count</c> in each.</param>
    internal sealed record Entry(
        SelectedField Field, StoredClass Target, ObjectShape? Shape, IReadOnlyList<(string Meta, IReadOnlyList<string> Counts)> Counts);

    /// <summary>Checks an operation.</summary>
    /// <exception cref="GraphQLException">It asks for what is not there.</exception>
    public static QueryPlan Create(ClassCatalog catalog, QueryOperation operation, SelectionCollector collector)
    {
        var compiler = new ShapeCompiler(catalog, collector);
        var roots = new List<Root>();
        foreach (SelectedField root in collector.Collect(operation.Selections, "WeaviateObj"))
        {
            bool isGet = root.Name == "Get";
            if (!isGet && root.Name != "Aggregate")
            {
                throw root.Unknown("WeaviateObj");
            }

            string type = isGet ? "GetObjectsObj" : "AggregateObjectsObj";
            root.RequireSelections(type);
            var entries = new List<Entry>();
            foreach (SelectedField field in collector.Collect(root.Selections, type))
            {
                StoredClass target = catalog.Find(field.Name) is { } found && found.Name == field.Name ? found : throw field.Unknown(type);
                field.RequireSelections(target.Name);
                entries.Add(isGet
                    ? new Entry(field, target, compiler.Compile(target.Definition, field.Selections), [])
                    : new Entry(field, target, null, CompileCounts(collector, target.Name, field)));
            }

            roots.Add(new Root(root.Key, entries));
        }

        return new QueryPlan(roots);
    }

    private static List<(string Meta, IReadOnlyList<string> Counts)> CompileCounts(SelectionCollector collector, string className, SelectedField field)
    {
        string type = $"Aggregate{className}";
        var counts = new List<(string, IReadOnlyList<string>)>();
        foreach (SelectedField meta in collector.Collect(field.Selections, type))
        {
            if (meta.Name != "meta")
            {
                throw new GraphQLException($"Cannot query field \"{meta.Name}\" on type \"{type}\": this server counts objects, with meta{{count}}.", meta.Location);
            }

            meta.RequireSelections($"{type}MetaObject");
            counts.Add((meta.Key, [.. collector.Collect(meta.Selections, null).Select(count =>
                count.Name == "count" ? count.Key : throw count.Unknown($"{type}MetaObject"))]));
        }

        return counts;
    }
}
