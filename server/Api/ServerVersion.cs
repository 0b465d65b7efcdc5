using System.Reflection;

namespace Basalt.Server.Api;

/// <summary>The versions that the server reports.</summary>
internal static class ServerVersion
{
    /// <summary>
    /// The Weaviate version whose contract is served. Clients choose their calls by it: from 1.28 on they read a tenant over REST, from 1.29 on
    /// they count over gRPC; those for Java and C# want 1.32. From 1.36 on they would stream batches, which is not served.
    /// </summary>
    public const string Contract = "1.32.27";

    /// <summary>The version of Basalt.</summary>
    public static string Product { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The source revision of the build, if the build recorded one.</summary>
    public static string Revision { get; } = Product.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0
        ? Product[(plus + 1)..][..Math.Min(7, Product.Length - plus - 1)]
        : "unknown";

    /// <summary>What <c>--version</c> prints.</summary>
    public static string Description => $"Basalt {Product} (Weaviate API {Contract})";
}
