namespace Basalt.Server.Tests.Fuzz;

/// <summary>Good requests of every kind, to be changed.</summary>
internal static class HostileRequests
{
    public const string Id = "00000000-0000-0000-0000-000000000001";

    private const string Object = $$$$"""
        {"class":"Book","id":"{{{{Id}}}}","vector":[0.5,1],"properties":{"title":"Bücher","pages":7,"price":1.5,"sold":true,
        "day":"2026-01-02T03:04:05Z","isbn":"{{{{Id}}}}","place":{"latitude":1.5,"longitude":2.5},"tags":["a","b"],"years":[1,2],
        "phone":{"input":"0711 1234","defaultCountry":"DE"},"raw":"aGVsbG8=","author":{"name":"Ann","age":3},
        "by":[{"beacon":"weaviate://localhost/Book/{{{{Id}}}}"}]}}
        """;

    private const string Where = """{"operator":"And","operands":[{"operator":"Like","path":["title"],"valueText":"b*"},{"operator":"ContainsAny","path":["years"],"valueInt":[1,2]},{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":1,"longitude":2},"distance":{"max":5}}}]}""";

    /// <summary>The class that they are about.</summary>
    public const string Definition = """
        {"class":"Book","properties":[{"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]},{"name":"price","dataType":["number"]},
        {"name":"sold","dataType":["boolean"]},{"name":"day","dataType":["date"]},{"name":"isbn","dataType":["uuid"]},{"name":"raw","dataType":["blob"]},
        {"name":"phone","dataType":["phoneNumber"]},{"name":"place","dataType":["geoCoordinates"]},{"name":"tags","dataType":["text[]"]},
        {"name":"years","dataType":["int[]"]},{"name":"author","dataType":["object"],"nestedProperties":[{"name":"name","dataType":["text"]},{"name":"age","dataType":["int"]}]}]}
        """;

    /// <summary>Requests with a body.</summary>
    public static readonly (string Method, string Path, string Body)[] WithBody =
    [
        ("POST", "/v1/objects", Object),
        ("POST", "/v1/objects/validate", Object),
        ("PUT", $"/v1/objects/Book/{Id}", Object),
        ("PATCH", $"/v1/objects/Book/{Id}", Object),
        ("POST", "/v1/batch/objects", $$$$"""{"objects":[{{{{Object}}}},{"class":"Other","properties":{"x":1}}]}"""),
        ("POST", "/v1/batch/references", $$$$"""[{"from":"weaviate://localhost/Book/{{{{Id}}}}/by","to":"weaviate://localhost/Book/{{{{Id}}}}","tenant":""}]"""),
        ("DELETE", "/v1/batch/objects", $$$$"""{"match":{"class":"Book","where":{{{{Where}}}}},"output":"verbose","dryRun":true}"""),
        ("POST", "/v1/schema", """{"class":"New","description":"d","vectorizer":"none","vectorIndexConfig":{"distance":"cosine","ef":100},"multiTenancyConfig":{"enabled":true},"invertedIndexConfig":{"bm25":{"b":0.7,"k1":1.2},"stopwords":{"preset":"en","additions":["a"]}},"properties":[{"name":"p","dataType":["text"],"tokenization":"word"},{"name":"o","dataType":["object"],"nestedProperties":[{"name":"n","dataType":["int"]}]}]}"""),
        ("PUT", "/v1/schema/Book", """{"class":"Book","description":"x","invertedIndexConfig":{"bm25":{"b":0.7,"k1":1.2}}}"""),
        ("POST", "/v1/schema/Book/properties", """{"name":"more","dataType":["text"],"tokenization":"word","indexFilterable":true}"""),
        ("PUT", "/v1/schema/Book/shards/x", """{"status":"READY"}"""),
        ("POST", "/v1/schema/New/tenants", """[{"name":"t1","activityStatus":"HOT"}]"""),
        ("PUT", "/v1/schema/New/tenants", """[{"name":"t1","activityStatus":"COLD"}]"""),
        ("DELETE", "/v1/schema/New/tenants", """["t1"]"""),
        ("POST", "/v1/aliases", """{"alias":"Tome","class":"Book"}"""),
        ("PUT", "/v1/aliases/Tome", """{"class":"Book"}"""),
        ("POST", $"/v1/objects/Book/{Id}/references/by", $$$$"""{"beacon":"weaviate://localhost/Book/{{{{Id}}}}"}"""),
        ("PUT", $"/v1/objects/Book/{Id}/references/by", $$$$"""[{"beacon":"weaviate://localhost/Book/{{{{Id}}}}"}]"""),
        ("POST", "/v1/graphql", """{"query":"query Q($n:Int,$w:GetObjectsBookWhereInpObj){Get{Book(limit:$n,where:$w){title}}}","operationName":"Q","variables":{"n":3,"w":{"operator":"Equal","path":["title"],"valueText":"a"}}}"""),
        ("POST", "/v1/graphql/batch", """[{"query":"{Get{Book{title}}}"},{"query":"{Aggregate{Book{meta{count}}}}","variables":{}}]"""),
        ("POST", "/v1/backups/filesystem", """{"id":"b1","include":["Book"],"exclude":[],"config":{"CPUPercentage":50,"ChunkSize":128,"CompressionLevel":"BestSpeed","Path":"","Bucket":""}}"""),
        ("POST", "/v1/backups/filesystem/b1/restore", """{"include":["Book"],"exclude":[],"rename":{"Book":"Tome"},"node_mapping":{"a":"b"},"config":{"CPUPercentage":50,"Path":""}}"""),
        ("POST", "/v1/backups/filesystem/b1/verify", """{"level":"existence"}"""),
        ("POST", "/v1/backups/filesystem/prune", """{"keepLast":3,"dryRun":true}"""),
        ("POST", "/v1/backups/filesystem/gc", """{"minimumAge":"24h","dryRun":true}"""),
    ];

    /// <summary>Requests whose path and parameters are all there is.</summary>
    public static readonly (string Method, string Path)[] WithoutBody =
    [
        ("GET", "/v1/objects?class=Book&limit=2&offset=1&include=vector&sort=title,_id&order=asc,desc"),
        ("GET", $"/v1/objects?class=Book&limit=2&after={Id}"),
        ("GET", $"/v1/objects/Book/{Id}?include=vector&consistency_level=ONE&tenant=t"),
        ("HEAD", $"/v1/objects/Book/{Id}"),
        ("GET", $"/v1/objects/{Id}"),
        ("DELETE", "/v1/objects/Book/00000000-0000-0000-0000-000000000002?tenant=x"),
        ("GET", "/v1/schema/Book"),
        ("GET", "/v1/schema/Book/shards?tenant=t"),
        ("GET", "/v1/schema/Book/tenants/t1"),
        ("DELETE", "/v1/schema/Missing"),
        ("GET", "/v1/aliases?class=Book"),
        ("DELETE", "/v1/aliases/Tome2"),
        ("GET", "/v1/nodes/Book?output=verbose"),
        ("GET", "/v1/backups/filesystem?order=asc"),
        ("GET", "/v1/backups/filesystem/b1?path=/tmp/x&bucket=y"),
        ("GET", "/v1/backups/filesystem/b1/restore?path=/tmp/x"),
        ("DELETE", "/v1/backups/filesystem/b1?bucket=x&path=y"),
    ];
}
