using System.Text.RegularExpressions;

namespace GrpoMonteCarlo.Tests;

/// <summary>The one direction of flow, and what may not stand on the path to a dataset, held against the source.</summary>
public partial class LayerTests
{
    // What each layer of the library may name beside itself.
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Numerics"] = [],
        ["Random"] = [],
        ["Theory"] = ["Numerics"],
        ["Kernels"] = ["Random", "Numerics"],
        ["Policies"] = ["Kernels", "Theory", "Numerics"],
        ["Updates"] = ["Policies", "Kernels", "Theory", "Numerics"],
        ["Experiments"] = ["Policies", "Updates", "Kernels", "Random", "Theory", "Numerics"],
    };

    private static readonly Dictionary<string, string[]> BelowInWorker = new()
    {
        ["State"] = [],
        ["Datasets"] = ["State"],
        ["Terminal"] = ["Datasets"],
        ["Progress"] = [],
        ["Plotting"] = [],
        ["Reports"] = ["Plotting", "State"],
        ["Hosting"] = ["Progress", "Terminal", "Reports", "Datasets", "State"],
        ["Verification"] = ["Datasets", "State"],
        ["Commands"] = ["Hosting", "Verification", "Reports", "Terminal", "Datasets", "State"],
    };

    public static TheoryData<string> Layers() => [.. Below.Keys];

    public static TheoryData<string> WorkerLayers() => [.. BelowInWorker.Keys];

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_names_only_layers_below(string layer)
    {
        foreach (string file in Sources(layer))
        {
            foreach (Match named in NamedLayer().Matches(File.ReadAllText(file)))
            {
                string other = named.Groups[1].Value;
                Assert.True(other == layer || Below[layer].Contains(other), $"{file} names {other}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(WorkerLayers))]
    public void A_layer_of_the_worker_names_only_layers_below(string layer)
    {
        foreach (string file in SourcesBelow(Repository.PathOf("src", "GrpoMonteCarlo.Worker", layer)))
        {
            foreach (Match named in NamedWorkerLayer().Matches(File.ReadAllText(file)))
            {
                string other = named.Groups[1].Value;
                Assert.True(other == layer || BelowInWorker[layer].Contains(other), $"{file} names {other}");
            }
        }
    }

    [Fact]
    public void Every_folder_is_a_known_layer()
    {
        Assert.Equal([.. Below.Keys.Order()], Folders("GrpoMonteCarlo"));
        Assert.Equal([.. BelowInWorker.Keys.Order()], Folders("GrpoMonteCarlo.Worker"));
    }

    [Fact]
    public void Parquet_knows_nothing_of_the_rest()
    {
        foreach (string file in SourcesBelow(Repository.PathOf("src", "GrpoMonteCarlo.Parquet")))
        {
            Assert.All(AnyProject().Matches(File.ReadAllText(file)), named => Assert.Equal("Parquet", named.Groups[1].Value));
        }
    }

    [Fact]
    public void No_library_function_whose_bits_depend_on_the_processor_is_on_the_path_to_a_dataset()
    {
        // The certificate is in the manifest only.
        foreach (string file in Below.Keys.SelectMany(Sources).Where(file => Path.GetFileName(file) != "Certificate.cs"))
        {
            Match found = ProcessorDependent().Match(File.ReadAllText(file));
            Assert.False(found.Success, $"{file}: {found.Value}");
        }
    }

    private static string[] Folders(string project) =>
        [.. Directory.GetDirectories(Repository.PathOf("src", project)).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]).Order()];

    private static IEnumerable<string> Sources(string layer) => SourcesBelow(Repository.PathOf("src", "GrpoMonteCarlo", layer));

    private static IEnumerable<string> SourcesBelow(string folder) => Directory
        .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"GrpoMonteCarlo\.(Numerics|Random|Theory|Kernels|Policies|Updates|Experiments|Worker|Parquet)\b")]
    private static partial Regex NamedLayer();

    [GeneratedRegex(@"GrpoMonteCarlo\.Worker\.(\w+)")]
    private static partial Regex NamedWorkerLayer();

    [GeneratedRegex(@"GrpoMonteCarlo\.(\w+)")]
    private static partial Regex AnyProject();

    [GeneratedRegex(@"\bMathF?\.(Exp|Log|Log2|Log10|LogP1|Pow|Sin|Cos|Tan|Asin|Acos|Atan|Atan2|Sinh|Cosh|Tanh|Asinh|Acosh|Atanh|Cbrt|FusedMultiplyAdd)\(|MathNet|TensorPrimitives\.(Exp|Log|Sigmoid|Sum|Dot|Tanh|Pow)|MultiplyAddEstimate|ReciprocalEstimate")]
    private static partial Regex ProcessorDependent();
}
