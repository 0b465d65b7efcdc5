using System.Reflection;
using Basalt.Engine.Commit;

namespace Basalt.Engine.Tests.Commit;

public sealed class CutPathTests
{
    [Fact]
    public void Compile_WhenMethodsAreNamed_ThenEachExists()
    {
        var path = ((Type Type, string[] Methods)[])typeof(CutPath)
            .GetField("Path", BindingFlags.Static | BindingFlags.NonPublic)!
            .GetValue(null)!;

        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Assert.All(path, entry => Assert.All(entry.Methods, name => Assert.NotEmpty(entry.Type.GetMember(name, MemberTypes.Method | MemberTypes.Constructor, All))));
    }
}
