using System.Text.RegularExpressions;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A Markdown page of the repository, taken apart.</summary>
internal sealed partial class MarkdownPage(string relative)
{
    private readonly string _path = Repository.PathOf(relative);

    public string Text => field ??= File.ReadAllText(_path).ReplaceLineEndings("\n");

    public string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>The text of every fenced block of a language; "" for those that name none.</summary>
    public string[] Blocks(string language) =>
        [.. FencedBlock().Matches(Text).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value)];

    /// <summary>What stands in backticks in the second cell of the table row that begins with a word.</summary>
    public string[] NamesInRow(string first)
    {
        string row = Assert.Single(Text.Split('\n'), line => line.StartsWith($"| {first} |", StringComparison.Ordinal));
        return [.. Code().Matches(row.Split('|')[^2]).Select(code => code.Groups[1].Value)];
    }

    /// <summary>Every command line of the tool: in blocks, and in text between backticks.</summary>
    public string[] CommandLines() =>
    [
        .. Blocks("").SelectMany(block => block.Split('\n')).Concat(Code().Matches(FencedBlock().Replace(Text, "")).Select(code => code.Groups[1].Value))
            .Select(line => Tool().Match(line))
            .Where(tool => tool.Success)
            .Select(tool => tool.Groups[1].Value),
    ];

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    // As installed, or as built.
    [GeneratedRegex(@"^(?:grpomc|dotnet run .*Worker --) (.+)$")]
    private static partial Regex Tool();
}
