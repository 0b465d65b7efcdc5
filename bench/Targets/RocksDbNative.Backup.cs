using System.Runtime.InteropServices;

namespace Basalt.Bench.Targets;

/// <content>Backup engine and checkpoints.</content>
internal static unsafe partial class RocksDbNative
{
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_open")]
    public static partial nint OpenBackupEngine(nint options, byte* path, byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_create_new_backup_flush")]
    public static partial void CreateBackup(nint engine, nint database, byte flushFirst, byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_restore_db_from_latest_backup")]
    public static partial void RestoreLatestBackup(nint engine, byte* databasePath, byte* logPath, nint options, byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_restore_options_create")]
    public static partial nint CreateRestoreOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_restore_options_destroy")]
    public static partial void DestroyRestoreOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_close")]
    public static partial void CloseBackupEngine(nint engine);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_create")]
    public static partial nint CreateCheckpointObject(nint database, byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_create")]
    public static partial void CreateCheckpoint(nint checkpoint, byte* path, ulong logSizeForFlush, byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    public static partial void DestroyCheckpointObject(nint checkpoint);
}
