using System.Globalization;

namespace Basalt.Bench.Stress.Client;

/// <summary>A part of the objects of a worker: those in one class, and in one tenant if it has some.</summary>
/// <param name="Place">Its number.</param>
/// <param name="Name">The class.</param>
/// <param name="Tenant">The tenant; null for none.</param>
internal sealed record StressClass(int Place, string Name, string? Tenant)
{
    /// <summary>The place that each worker has for itself, which comes and goes.</summary>
    public const int PassingPlace = 3;

    /// <summary>Places of a worker.</summary>
    public const int Places = 4;

    /// <summary>Classes that are there all the time, by place.</summary>
    public static readonly string[] Lasting = ["Alpha", "Beta", "Tenanted"];

    /// <summary>What a path of an object of it ends in.</summary>
    public string Query => Tenant is null ? "" : $"?tenant={Tenant}";

    /// <summary>The places of a worker.</summary>
    public static StressClass[] Of(int worker) =>
    [
        new(0, Lasting[0], null),
        new(1, Lasting[1], null),
        new(2, Lasting[2], TenantOf(worker)),
        new(PassingPlace, string.Create(CultureInfo.InvariantCulture, $"Passing{worker}"), null),
    ];

    public static string TenantOf(int worker) => string.Create(CultureInfo.InvariantCulture, $"t{worker}");

    /// <summary>The number of the place whose class has a name.</summary>
    public static int PlaceOf(string name) => Array.IndexOf(Lasting, name) is >= 0 and int place ? place : PassingPlace;

    /// <summary>The definition of the class as a request has it.</summary>
    public static string Definition(string name) => $$$"""
        {"class":"{{{name}}}","multiTenancyConfig":{"enabled":{{{(name == Lasting[2] ? "true" : "false")}}}},"properties":[
        {"name":"worker","dataType":["int"]},{"name":"number","dataType":["int"]},{"name":"version","dataType":["int"]},{"name":"base","dataType":["int"]},
        {"name":"text","dataType":["text"],"indexFilterable":false,"indexSearchable":false}]}
        """;
}
