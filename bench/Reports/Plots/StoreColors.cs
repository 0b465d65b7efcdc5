namespace Basalt.Bench.Reports.Plots;

/// <summary>Each store has its color in all plots.</summary>
internal static class StoreColors
{
    public static string Of(string store) => store switch
    {
        "Basalt" => "#0b7285",
        "RocksDB" => "#e8590c",
        "SQLite" => "#868e96",
        _ => "#5f3dc4",
    };
}
