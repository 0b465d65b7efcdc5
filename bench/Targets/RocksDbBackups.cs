namespace Basalt.Bench.Targets;

/// <summary>The two ways of RocksDB to back up a live database.</summary>
internal static unsafe class RocksDbBackups
{
    /// <summary>Adds a backup to a BackupEngine's folder; files that are there already are shared. Its defaults: one thread, synced.</summary>
    public static void Create(RocksDbStore store, string folder)
    {
        using RocksDbOptions options = new(new StoreOptions());
        byte* error = null;
        nint engine;
        fixed (byte* path = NativeText.Of(folder))
        {
            engine = RocksDbNative.OpenBackupEngine(options.Handle, path, &error);
        }

        RocksDbException.ThrowIfSet(error);
        RocksDbNative.CreateBackup(engine, store.Handle, flushFirst: 1, &error);
        RocksDbNative.CloseBackupEngine(engine);
        RocksDbException.ThrowIfSet(error);
    }

    /// <summary>Restores the newest backup of a folder.</summary>
    public static void Restore(string folder, string storeFolder)
    {
        using RocksDbOptions options = new(new StoreOptions());
        nint restoreOptions = RocksDbNative.CreateRestoreOptions();
        byte* error = null;
        fixed (byte* path = NativeText.Of(folder), target = NativeText.Of(storeFolder))
        {
            nint engine = RocksDbNative.OpenBackupEngine(options.Handle, path, &error);
            RocksDbException.ThrowIfSet(error);
            RocksDbNative.RestoreLatestBackup(engine, target, target, restoreOptions, &error);
            RocksDbNative.CloseBackupEngine(engine);
        }

        RocksDbNative.DestroyRestoreOptions(restoreOptions);
        RocksDbException.ThrowIfSet(error);
    }

    /// <summary>Makes a folder of hard links that is a consistent copy.</summary>
    public static void Checkpoint(RocksDbStore store, string folder)
    {
        byte* error = null;
        nint checkpoint = RocksDbNative.CreateCheckpointObject(store.Handle, &error);
        RocksDbException.ThrowIfSet(error);
        fixed (byte* path = NativeText.Of(folder))
        {
            RocksDbNative.CreateCheckpoint(checkpoint, path, 0, &error);
        }

        RocksDbNative.DestroyCheckpointObject(checkpoint);
        RocksDbException.ThrowIfSet(error);
    }
}
