namespace Basalt.Bench.Targets;

/// <summary>Bytes in a store's folder.</summary>
/// <param name="DataBytes">Sorted files of Basalt and RocksDB, the database file of SQLite.</param>
/// <param name="LogBytes">Logs, spare ones included.</param>
internal readonly record struct StoreFiles(long DataBytes, long LogBytes)
{
    public static StoreFiles Of(string folder)
    {
        long data = 0;
        long log = 0;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            switch (file.Extension)
            {
                case ".seg" or ".sst" or ".db":
                    data += file.Length;
                    break;
                case ".log" or ".spare" or ".db-wal":
                    log += file.Length;
                    break;
            }
        }

        return new StoreFiles(data, log);
    }
}
