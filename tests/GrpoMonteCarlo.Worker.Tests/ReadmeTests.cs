using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Updates;
using GrpoMonteCarlo.Worker.Commands;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>What the pages that users read say of commands, files, names and printed results is so.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private static readonly MarkdownPage ReadMe = new("README.md");
    private static readonly MarkdownPage Columns = new("results/README.md");
    private static readonly MarkdownPage Gallery = new("experiments/README.md");

    private static readonly Command[] Commands = [.. CommandLineApplication.Commands().Subcommands];

    private readonly Workspace _workspace = new();

    public static TheoryData<string> Pages =>
    [
        "README.md", "docs/theory.md", "experiments/README.md", "results/README.md", "samples/README.md", "bench/README.md", "tests/interop/README.md",
        "src/GrpoMonteCarlo/README.md", "src/GrpoMonteCarlo.Parquet/README.md", "src/GrpoMonteCarlo.Worker/README.md",
    ];

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_line_can_be_typed(string page) => Assert.All(new MarkdownPage(page).CommandLines(), line =>
    {
        if (Commands.Any(command => command.Name == line) || Form().IsMatch(line))
        {
            return; // the name alone; or as in the table of commands, which the next tests look at
        }

        string[] arguments = [.. Word().Matches(line.Split(" > ")[0]).Select(word => word.Value.Replace("'", "", StringComparison.Ordinal))];
        Assert.Equal([], CommandLineApplication.Commands().Parse(arguments).Errors.Select(error => $"{line}: {error.Message}"));
        Assert.All(arguments.Where(word => InRepository().IsMatch(word)), file => Assert.True(Path.Exists(FromRoot(file)), $"{line}: {file}"));
    });

    [Fact]
    public void There_are_command_lines_to_look_at()
    {
        Assert.Contains("run experiments/quickstart.json", ReadMe.CommandLines());
        Assert.Contains("run mine.json", ReadMe.CommandLines());
        Assert.True(Gallery.CommandLines().Length > 16);
        Assert.Equal(Commands.Select(command => command.Name).Order(), CommandTable().Select(row => row.Split(' ')[0]).Order());
    }

    [Fact]
    public void The_table_of_commands_has_every_option_but_those_of_the_closed_forms() => Assert.All(CommandTable(), row =>
    {
        Command command = Commands.Single(command => command.Name == row.Split(' ')[0]);
        Assert.All(command.Options, option => Assert.False(option.Hidden, option.Name));
        if (command.Name is not ("theory" or "plan")) // ten and more, which their help explains; the table has an example
        {
            Assert.Equal(command.Options.Select(option => option.Name).Order(), OptionName().Matches(row).Select(option => option.Value).Order());
        }
    });

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_file_that_is_named_exists(string page)
    {
        var markdown = new MarkdownPage(page);
        Assert.All(
            Link().Matches(markdown.Text).Select(link => link.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal)),
            link =>
            {
                string[] parts = link.Split('#');
                string target = Path.Combine(markdown.Folder, parts[0]);
                Assert.True(parts[0].Length == 0 || Path.Exists(target), link);
                if (parts.Length > 1)
                {
                    string[] headings = [.. Heading().Matches(parts[0].Length == 0 ? markdown.Text : File.ReadAllText(target)).Select(heading => Anchor(heading.Groups[1].Value))];
                    Assert.Contains(parts[1], headings);
                }
            });
        Assert.All(InRepository().Matches(markdown.Text).Select(named => named.Value.TrimEnd('.', '/')), file => Assert.True(Path.Exists(FromRoot(file)), file));
    }

    [Fact]
    public void The_table_of_the_quickstart_is_what_it_prints()
    {
        _workspace.RunExperiment(File.ReadAllText(Repository.PathOf("experiments/quickstart.json")), "quickstart");
        string[] said = Assert.Single(ReadMe.Blocks(""), block => block.StartsWith("after ", StringComparison.Ordinal)).TrimEnd('\n').Split('\n');
        string[] printed = _workspace.Run("run", "experiment.json", "--out", "quickstart", "--no-progress").Expect(0).Output.Split('\n');
        Assert.Equal(2, said.Count(line => line == "..."));
        int place = 0;
        foreach (string line in said.Where(line => line != "..."))
        {
            int found = Array.IndexOf(printed, line, place);
            Assert.True(found >= 0, line);
            bool follows = place == 0 || said[Array.IndexOf(said, line) - 1] == "..." || found == place;
            Assert.True(follows, $"not the next line: {line}");
            place = found + 1;
        }

        Assert.Equal(printed[0], said[0]);
        Assert.StartsWith("certificate", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_lists_of_names_are_the_codes()
    {
        string[] rules = [.. AdvantageRule.Named.Select(rule => rule.Name)];
        string[] anchors = [KlAnchor.Reference.Name, KlAnchor.Previous.Name, KlAnchor.Mixed(0.5).Name];
        string[] estimators = [.. Enum.GetValues<Estimator>().Select(ExperimentJson.Name)];
        string[] kls = [.. Enum.GetValues<KlEstimator>().Select(ExperimentJson.Name)];
        Assert.Equal(rules, ReadMe.NamesInRow("advantage"));
        Assert.Equal(anchors, ReadMe.NamesInRow("KL anchor"));
        Assert.Equal(estimators, ReadMe.NamesInRow("estimator"));
        Assert.Equal(kls, ReadMe.NamesInRow("its KL"));
        Assert.Equal(LibraryPreset.Named.Select(preset => preset.Name), ReadMe.NamesInRow("presets"));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"2 to {ArmSet.MostArms:N0} arms"), ReadMe.Text, StringComparison.Ordinal);

        Assert.Equal(kls, NamesOfColumn("kl"));
        Assert.Equal(anchors, NamesOfColumn("anchor"));
        Assert.Equal(Enum.GetValues<Sampler>().Select(ExperimentJson.Name), NamesOfColumn("sampler")[..3]);
        Assert.Equal(Enum.GetValues<UpdateKind>().Select(ExperimentJson.Name), NamesOfColumn("update"));
        Assert.Equal(Enum.GetValues<ReferenceShape>().Select(ExperimentJson.Name), NamesOfColumn("reference"));

        string template = Assert.Single(Gallery.Blocks("jsonc"));
        Assert.Contains($"// {string.Join(", ", rules)}, or {{\"scale\"", template, StringComparison.Ordinal);
        Assert.Contains($"// or {string.Join(", ", estimators[1..])}\n", template, StringComparison.Ordinal);
    }

    [Fact]
    public void The_experiments_that_are_written_out_run()
    {
        Assert.All(
            (string[])[.. ReadMe.Blocks("json"), .. Gallery.Blocks("jsonc"), .. new MarkdownPage("src/GrpoMonteCarlo.Worker/README.md").Blocks("json")],
            text => Assert.NotEmpty(Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(text))).Cells));

        string mine = Assert.Single(ReadMe.Blocks("json"));
        Assert.Equal(8, mine.TrimEnd('\n').Split('\n').Length);
        _workspace.Write("mine.json", mine);
        _workspace.Run("run", "mine.json", "--no-progress").Expect(0);
        Assert.Equal(16, new Results(_workspace.PathOf("results", "mine")).Read("cells.parquet").Rows);
    }

    [Theory]
    [InlineData("src/GrpoMonteCarlo/README.md", "samples/library", "GrpoMonteCarlo.Example")]
    [InlineData("src/GrpoMonteCarlo.Parquet/README.md", "samples/parquet", "GrpoMonteCarlo.Parquet.Example")]
    public void The_example_of_a_package_prints_what_its_readme_says(string page, string project, string assembly)
    {
        var markdown = new MarkdownPage(page);
        Assert.Equal(File.ReadAllText(FromRoot($"{project}/Program.cs")).ReplaceLineEndings("\n"), Assert.Single(markdown.Blocks("csharp")));
        using Process process = Process.Start(new ProcessStartInfo(Grpomc.DotNet, ["exec", Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")])
        {
            WorkingDirectory = _workspace.Folder,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal(Assert.Single(markdown.Blocks("text")), process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n"));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void The_types_and_members_that_the_library_names_are_public()
    {
        Match[] named = [.. ((string[])["src/GrpoMonteCarlo/README.md", "docs/theory.md"]).SelectMany(page =>
        {
            MatchCollection names = LibraryName().Matches(new MarkdownPage(page).Text);
            Assert.True(names.Count > 6, page);
            return names;
        })];
        Assert.All(named, name =>
        {
            Type? type = typeof(Plan).Assembly.GetType($"GrpoMonteCarlo.{name.Groups[1].Value}");
            Assert.True(type is { IsPublic: true }, name.Value);
            Assert.True(!name.Groups[2].Success || type.GetMember(name.Groups[2].Value).Length > 0, name.Value);
        });
    }

    [Fact]
    public void Every_section_that_the_code_cites_is_one()
    {
        string[] sections = [.. Regex.Matches(new MarkdownPage("docs/theory.md").Text, @"^## (\d+)\. ", RegexOptions.Multiline).Select(heading => heading.Groups[1].Value)];
        Assert.Equal(Enumerable.Range(1, 9).Select(number => number.ToString(CultureInfo.InvariantCulture)), sections);
        int cited = 0;
        Assert.All(Sources(), file =>
        {
            // Comments break lines anywhere.
            string text = Regex.Replace(File.ReadAllText(file), @"\s*\n\s*(///? )?\s*", " ");
            Assert.DoesNotMatch("[( ]architecture(\\.md|:)", text);
            Assert.All(Regex.Matches(text, @"theory\.md(?: sections? (\d+)(?:(?:, | and )(\d+))*)?"), citation =>
            {
                Assert.True(citation.Groups[1].Success, $"{file}: {text.Substring(citation.Index, 40)}");
                Assert.Subset(sections.ToHashSet(), citation.Groups[1].Captures.Concat(citation.Groups[2].Captures).Select(section => section.Value).ToHashSet());
                cited++;
            });
        });
        Assert.True(cited > 60);
        Assert.All(
            (string[])["README.md", "src/GrpoMonteCarlo/README.md", "src/GrpoMonteCarlo.Worker/README.md"],
            page => Assert.Contains("docs/theory.md)", new MarkdownPage(page).Text, StringComparison.Ordinal));
        Assert.Contains("docs/theory.md section 3", _workspace.Run("plan", "--p-ref", "0.3", "--beta", "5", "--tolerance", "0.01").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_citation_has_the_version_and_the_paper()
    {
        string[] lines = File.ReadAllLines(FromRoot("CITATION.cff"));
        string version = Regex.Match(File.ReadAllText(FromRoot("Directory.Build.props")), "<Version>(.+)</Version>").Groups[1].Value;

        // YAML, minimally: each line at the margin a key and a value, each other one below a key; no key twice.
        string[] keys = [.. lines.Where(line => !line.StartsWith(' ')).Select(line => Regex.Match(line, @"^([a-z-]+):( \S.*)?$")).Select(key => key.Groups[1].Value)];
        Assert.DoesNotContain("", keys);
        Assert.Equal(keys.Distinct(), keys);
        Assert.Superset(new HashSet<string> { "cff-version", "message", "title", "authors", "type", "license", "references" }, keys.ToHashSet());
        Assert.DoesNotContain(lines, line => line.Contains('\t', StringComparison.Ordinal));
        Assert.Contains("cff-version: 1.2.0", lines);
        Assert.Contains("type: software", lines);
        Assert.Contains($"version: {version}", lines);
        Assert.Contains("  - name: GrpoMonteCarlo contributors", lines);
        Assert.Contains("        value: arXiv:2503.06639", lines);
        string title = Regex.Match(ReadMe.Text, @"\*(Reinforcement Learning[^*]+)\*").Groups[1].Value.Replace('\n', ' ');
        Assert.Contains($"    title: \"{title}\"", lines);
    }

    private static string[] CommandTable() =>
        [.. ReadMe.Text.Split('\n').Where(line => line.StartsWith("| `grpomc ", StringComparison.Ordinal)).Select(line => line.Split('`')[1]["grpomc ".Length..])];

    private static string[] NamesOfColumn(string column)
    {
        string row = Assert.Single(Columns.Text.Split('\n'), line => line.StartsWith($"| {column} | string |", StringComparison.Ordinal));
        return [.. Regex.Matches(row.Split('|')[3], "`([^`]+)`").Select(name => name.Groups[1].Value)];
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(FromRoot("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string FromRoot(string relative) => Path.Combine(ReadMe.Folder, relative);

    // As web sites make it of a heading.
    private static string Anchor(string heading) => Regex.Replace(heading.ToLowerInvariant(), "[^a-z0-9 -]", "").Replace(' ', '-');

    [GeneratedRegex("(?:[^ ']|'[^']*')+")]
    private static partial Regex Word();

    // Such as FILE [--out DIR].
    [GeneratedRegex(@"\[--")]
    private static partial Regex Form();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"\]\(([^) ]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    // Paths of the repository; what stands in results/ is written by runs.
    [GeneratedRegex(@"(?<![\w./-])(?:src|tests|bench|docs|experiments|samples)/[\w./-]*\w")]
    private static partial Regex InRepository();

    [GeneratedRegex(@"`((?:Experiments|Theory|Updates)\.\w+)(?:\.(\w+))?")]
    private static partial Regex LibraryName();
}
