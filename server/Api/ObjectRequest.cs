using System.Globalization;
using Basalt.Server.Objects;
using Microsoft.Extensions.Primitives;

namespace Basalt.Server.Api;

/// <summary>Parameters that requests about objects share.</summary>
internal static class ObjectRequest
{
    private static readonly HashSet<string> Includes = new(StringComparer.Ordinal)
    {
        "vector", "classification", "interpretation", "nearestNeighbors", "featureProjection",
    };

    /// <summary>The id in the path.</summary>
    /// <exception cref="RequestException">It is no UUID.</exception>
    public static Guid Id(HttpContext context)
    {
        string text = (string)context.Request.RouteValues["id"]!;
        return ObjectIds.TryParse(text, out Guid id)
            ? id
            : throw RequestException.Validation(ValidationCode.InvalidType, $"id in path must be of type uuid: \"{text}\"");
    }

    /// <summary>The tenant that the request names; null if it names none.</summary>
    public static string? Tenant(HttpContext context) => Text(context.Request.Query, "tenant");

    /// <summary>Checks the parameters that a single node has no use for.</summary>
    /// <exception cref="RequestException">One has a value that is not allowed.</exception>
    public static void Check(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        if (Text(query, "consistency_level") is { } level && level is not ("ONE" or "QUORUM" or "ALL"))
        {
            throw RequestException.Unprocessable($"unrecognized consistency level '{level}', try one of the following: 'ONE', 'QUORUM', 'ALL'");
        }
    }

    /// <summary>Whether the request asks for vectors.</summary>
    /// <exception cref="RequestException">It asks for something unknown.</exception>
    public static bool IncludesVectors(HttpContext context)
    {
        bool vectors = false;
        foreach (string include in (Text(context.Request.Query, "include") ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            vectors |= include == "vector";
            if (!Includes.Contains(include))
            {
                throw RequestException.Unprocessable($"unrecognized property '{include}' in ?include list");
            }
        }

        return vectors;
    }

    /// <summary>A text parameter; null if it is missing or empty.</summary>
    public static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out StringValues values) && values.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number, not negative; null if it is missing.</summary>
    /// <exception cref="RequestException">It is something else.</exception>
    public static long? Count(IQueryCollection query, string name) =>
        Text(query, name) is not { } text ? null
        : !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? throw RequestException.Validation(ValidationCode.InvalidType, $"{name} in query must be of type int64: \"{text}\"")
        : value >= 0 ? value
        : throw RequestException.Validation(ValidationCode.Minimum, $"{name} in query should be greater than or equal to 0");
}
