using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Of passages.parquet some cells, thresholds and iterations.</summary>
internal sealed class PassagePaths
{
    private const int MostIterations = 81;
    private static readonly string[] Columns = ["iteration", "reached", "reached_se", "reached_law"];

    private readonly Dictionary<int, SortedDictionary<double, Dictionary<string, List<double>>>> _cells;
    private readonly HashSet<int> _iterations;

    private PassagePaths(int[] cells, IEnumerable<int> iterations)
    {
        Cells = cells;
        _cells = cells.ToDictionary(cell => cell, _ => new SortedDictionary<double, Dictionary<string, List<double>>>());
        _iterations = [.. iterations];
    }

    /// <summary>The cells that are here, rising.</summary>
    public int[] Cells { get; }

    /// <summary>Null if the run has none.</summary>
    /// <exception cref="BadInputException">The file is gone or damaged.</exception>
    public static PassagePaths? Read(string folder, RunData run, int most)
    {
        if (!run.Manifest.Sha256.ContainsKey(RunFolder.Passages))
        {
            return null;
        }

        var read = new PassagePaths([.. Sample.Of(run.Count, most)], Sample.Of(run.Iterations + 1, MostIterations));
        return DatasetReader.Read(run.Manifest.Verified(folder, RunFolder.Passages), read.Fill);
    }

    /// <summary>A cell's thresholds, rising.</summary>
    public IEnumerable<double> Thresholds(int cell) => _cells[cell].Keys;

    /// <summary>A column, the iterations rising.</summary>
    public double[] Path(int cell, double threshold, string name) => [.. _cells[cell][threshold][name]];

    private PassagePaths Fill(DatasetReader file)
    {
        for (int group = 0; group < file.RowGroupCount; group++)
        {
            double[] cells = file.Numbers(group, "cell");
            double[] thresholds = file.Numbers(group, "threshold");
            double[][] columns = [.. Columns.Select(name => file.Numbers(group, name))];
            for (int row = 0; row < cells.Length; row++)
            {
                if (!_cells.TryGetValue((int)cells[row], out SortedDictionary<double, Dictionary<string, List<double>>>? paths)
                    || !_iterations.Contains((int)columns[0][row]))
                {
                    continue;
                }

                if (!paths.TryGetValue(thresholds[row], out Dictionary<string, List<double>>? path))
                {
                    paths[thresholds[row]] = path = Columns.ToDictionary(name => name, _ => new List<double>());
                }

                for (int i = 0; i < columns.Length; i++)
                {
                    path[Columns[i]].Add(columns[i][row]);
                }
            }
        }

        return this;
    }
}
