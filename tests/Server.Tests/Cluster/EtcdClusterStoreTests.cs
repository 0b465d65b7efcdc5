using System.Globalization;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

public sealed class EtcdClusterStoreTests(EtcdFixture etcd) : ClusterStoreContract, IClassFixture<EtcdFixture>
{
    internal override async Task<IClusterStore> OpenAsync() => new EtcdClusterStore((await etcd.ServerAsync).Options, TimeProvider.System);

    internal override async Task CompactAsync(long revision) =>
        await (await etcd.ServerAsync).CallAsync(
            "kv/compaction", new { revision = revision.ToString(CultureInfo.InvariantCulture), physical = true });
}
