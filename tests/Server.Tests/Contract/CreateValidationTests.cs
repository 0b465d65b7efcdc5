using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>
/// Section 1.8: what is checked before a backup is made, row by row, and in which order: each row of the order breaks a rule and all
/// later ones that can be broken with it, and is answered for the first.
/// </summary>
public sealed class CreateValidationTests(ContractServer shared) : IClassFixture<ContractServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("#0 no JSON", Location, "{", 400, 400, "parsing body body from \"\" failed, because")]
    [InlineData("#0 wrong type", Location, """{"id":7}""", 422, 601, "id in body must be of type string")]
    [InlineData("#0 missing body", Location, "", 422, 602, "body in body is required")]
    [InlineData("#0 enumeration", Location, """{"id":"x","config":{"CompressionLevel":"Best"}}""", 422, 606, "config.CompressionLevel")]
    [InlineData("#0 maximum", Location, """{"id":"x","config":{"CPUPercentage":100}}""", 422, 608, "config.CPUPercentage")]
    [InlineData("#0 minimum", Location, """{"id":"x","config":{"CPUPercentage":-1}}""", 422, 609, "config.CPUPercentage")]
    [InlineData("#1 base is the backup itself", Location, """{"id":"x","incremental_base_backup_id":"x"}""", 500, Handler, "base backup cannot be the same", "x")]
    [InlineData("#3 unknown backend", "/v1/backups/minio", """{"id":"x"}""", 422, Handler, "no backup backend \"minio\"", "did you enable the right module?")]
    [InlineData("#5 id", Location, """{"id":"X"}""", 422, Handler, "invalid backup id: 'X' allowed characters are lowercase, 0-9, _, -")]
    [InlineData("#6 base id", Location, """{"id":"x","incremental_base_backup_id":"X"}""", 422, Handler, "base backup id: invalid", "'X'")]
    [InlineData("#7 include and exclude", Location, """{"id":"x","include":["Book"],"exclude":["Author"]}""", 422, Handler, "malformed request: 'include' and 'exclude' cannot both contain values")]
    [InlineData("#8 duplicate in include", Location, """{"id":"x","include":["Book","Author","Book"]}""", 422, Handler, "class list 'include' contains duplicate: Book")]
    [InlineData("#8 duplicate but for the first letter", Location, """{"id":"x","include":["book","Book"]}""", 422, Handler, "class list 'include' contains duplicate: Book")]
    [InlineData("#10 nothing left by names", Location, """{"id":"x","exclude":["Book","Author"]}""", 422, Handler, "empty class list: please choose from : [Author Book]")]
    [InlineData("#10 nothing left by a pattern", Location, """{"id":"x","exclude":["*"]}""", 422, Handler, "empty class list: please choose from : [Author Book]")]
    [InlineData("#10 nothing found by a pattern", Location, """{"id":"x","include":["Z*"]}""", 422, Handler, "empty class list: please choose from : [Author Book]")]
    [InlineData("#11 unknown class", Location, """{"id":"x","include":["Nope"]}""", 422, Handler, "class Nope doesn't exist")]
    [InlineData("#11 unknown classes", Location, """{"id":"x","include":["Nope","Book","Nada"]}""", 422, Handler, "class Nope doesn't exist", "class Nada doesn't exist")]
    [InlineData("#12 users", Location, """{"id":"x","includeUsers":["ann"]}""", 422, Handler, "includeUsers", "ann")]
    [InlineData("#12 roles", Location, """{"id":"x","includeRoles":["admin"]}""", 422, Handler, "includeRoles", "admin")]
    [InlineData("#13 id of a complete backup", Location, """{"id":"done"}""", 422, Handler, "backup \"done\" already exists at \"")]
    [InlineData("#15 base missing", Location, """{"id":"x","incremental_base_backup_id":"nope"}""", 422, Handler, "resolve base backup chain: ", "nope")]
    public Task Create_1_8_RuleBroken_IsRefused(string row, string path, string body, int status, int code, params string[] parts) =>
        Client.ExpectRefusalAsync(row, "POST", path, body, status, code, parts);

    [Theory]
    [InlineData("#0 JSON before all", "/v1/backups/minio", """{"id":"X","include":["Book","Book"],""", 400, 400, "parsing body")]
    [InlineData("#0 description before #1", "/v1/backups/minio", """{"id":"X","incremental_base_backup_id":"X","config":{"CPUPercentage":81}}""", 422, 608, "CPUPercentage")]
    [InlineData("#1 before #3", "/v1/backups/minio", """{"id":"X","incremental_base_backup_id":"X","include":["A"],"exclude":["A"]}""", 500, Handler, "cannot be the same")]
    [InlineData("#3 before #5", "/v1/backups/minio", """{"id":"X","incremental_base_backup_id":"Y","include":["A"],"exclude":["A"]}""", 422, Handler, "no backup backend")]
    [InlineData("#5 before #6", Location, """{"id":"X","incremental_base_backup_id":"Y","include":["A"],"exclude":["A"]}""", 422, Handler, "invalid backup id: 'X'")]
    [InlineData("#6 before #7", Location, """{"id":"x","incremental_base_backup_id":"Y","include":["A"],"exclude":["A"]}""", 422, Handler, "base backup id: ")]
    [InlineData("#7 before #8", Location, """{"id":"done","include":["Nope","Nope"],"exclude":["A"],"includeUsers":["ann"]}""", 422, Handler, "cannot both contain")]
    [InlineData("#8 before #11", Location, """{"id":"done","include":["Nope","Nope"],"includeUsers":["ann"]}""", 422, Handler, "duplicate: Nope")]
    [InlineData("#10 before #12", Location, """{"id":"done","exclude":["*"],"includeUsers":["ann"]}""", 422, Handler, "empty class list")]
    [InlineData("#11 before #12", Location, """{"id":"done","include":["Nope"],"includeUsers":["ann"],"incremental_base_backup_id":"nope"}""", 422, Handler, "class Nope doesn't exist")]
    [InlineData("#12 before #13", Location, """{"id":"done","includeUsers":["ann"],"incremental_base_backup_id":"nope"}""", 422, Handler, "includeUsers")]
    [InlineData("#13 before #15", Location, """{"id":"done","incremental_base_backup_id":"nope"}""", 422, Handler, "already exists")]
    public Task Create_1_8_SeveralRulesBroken_IsRefusedForTheFirst(
        string row, string path, string body, int status, int code, params string[] parts) =>
        Client.ExpectRefusalAsync(row, "POST", path, body, status, code, parts);

    [Theory]
    [InlineData("#8 before #9", """{"id":"x","include":["A","A"]}""", "duplicate: A")]
    [InlineData("#9", """{"id":"x"}""", "no available classes to backup, there's nothing to do here")]
    [InlineData("#9 before #11", """{"id":"x","include":["Nope"],"includeUsers":["ann"]}""", "no available classes to backup")]
    public async Task Create_1_8_OnAnEmptyDatabase_IsRefused(string row, string body, string part)
    {
        await using TestServer server = await TestServer.StartAsync();

        await server.Client.ExpectRefusalAsync(row, "POST", Location, body, 422, Handler, part);
    }

    [Fact]
    public async Task Create_1_8_13_OfARunningId_AlreadyExistsAndOfAnotherIsInProgress()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.StartHeldBackupAsync("b1");

        await gated.Client.ExpectRefusalAsync("#13 running", "POST", Location, """{"id":"b1"}""", 422, Handler, "backup \"b1\" already exists at \"");
        await gated.Client.ExpectRefusalAsync("#19", "POST", Location, """{"id":"b2"}""", 422, Handler, "backup b1 already in progress");
        await gated.Client.ExpectRefusalAsync(
            "#15 before #19", "POST", Location, """{"id":"b2","incremental_base_backup_id":"b1"}""", 422, Handler, "resolve base backup chain: ", "b1");
    }

    [Fact]
    public async Task Create_1_8_13_OfAFailedOrCanceledId_IsAllowedHere()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.FailBackupAsync("b1");
        await gated.Client.BackUpAsync("b1");
        await gated.CancelBackupAsync("b2");

        await gated.Client.BackUpAsync("b2");
    }

    [Fact]
    public async Task Create_1_8_14_WhenTheStoredBackupCannotBeRead_SaysWhatToCheck()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Client.CreateClassAsync("Book", 1);
        await server.Client.BackUpAsync("b1");
        await File.WriteAllTextAsync(Path.Combine(server.BackupPath, "b1", "claim-0001.json"), "{}");

        await server.Client.ExpectRefusalAsync(
            "#14", "POST", Location, """{"id":"b1"}""", 422, Handler, $"check if backup \"b1\" exists at \"{Path.Combine(server.BackupPath, "b1")}\": ");
    }

    [Theory]
    [InlineData("FAILED")]
    [InlineData("CANCELED")]
    public async Task Create_1_8_15_WithABaseThatDidNotSucceed_IsRefused(string state)
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await (state == "FAILED" ? gated.FailBackupAsync("base") : gated.CancelBackupAsync("base"));

        await gated.Client.ExpectRefusalAsync(
            "#15", "POST", Location, """{"id":"x","incremental_base_backup_id":"base"}""", 422, Handler, "resolve base backup chain: ", "base", state);
    }

    [Fact]
    public async Task Create_1_8_17_WhenTheStoreFailsItsProbe_IsAFaultAndLeavesTheIdFree()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        gated.RefusePuts(".repo/caps/");

        await gated.Client.ExpectRefusalAsync("#17", "POST", Location, """{"id":"b1"}""", 500, Handler, "init uploader: ", "b1", "refused");

        gated.RefusePuts(null);
        await gated.Client.BackUpAsync("b1");
    }

    [Fact]
    public async Task Create_1_8_21_WhenTheFirstDocumentCannotBeWritten_IsAFaultAndLeavesTheIdFree()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        gated.RefusePuts("/claim-");

        await gated.Client.ExpectRefusalAsync("#21", "POST", Location, """{"id":"b1"}""", 500, Handler, "coordinator: cannot init meta file: ", "b1", "refused");

        gated.RefusePuts(null);
        await gated.Client.BackUpAsync("b1");
    }
}
