using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class DataFolderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_WhenThereAreFiles_DeletesThemUnlessKept(bool isKept)
    {
        DataFolder folder = DataFolder.Create();
        try
        {
            Directory.CreateDirectory(folder.Data);
            File.WriteAllText(Path.Combine(folder.Data, "file"), "content");

            if (isKept)
            {
                folder.Keep();
            }

            folder.Dispose();

            Assert.Equal(isKept, Directory.Exists(folder.Path));
        }
        finally
        {
            if (Directory.Exists(folder.Path))
            {
                Directory.Delete(folder.Path, recursive: true);
            }
        }
    }
}
