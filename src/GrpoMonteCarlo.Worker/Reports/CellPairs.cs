namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Of differences.parquet the pairs of some cells.</summary>
internal sealed class CellPairs
{
    private const string File = "differences.parquet";
    private static readonly string[] Columns = ["iteration", "p_difference", "p_difference_se", "p_difference_finite", "variance_ratio"];

    private readonly Dictionary<(int Cell, int Baseline), List<double>[]> _paths = [];

    private CellPairs()
    {
    }

    /// <summary>All pairs there are, by the baseline's number and the cell's own.</summary>
    public IEnumerable<(int Cell, int Baseline)> All => _paths.Keys.OrderBy(pair => pair.Baseline).ThenBy(pair => pair.Cell);

    /// <summary>Null if the run has none.</summary>
    /// <exception cref="BadInputException">The file is gone or damaged.</exception>
    public static CellPairs? Read(string folder, RunData run) =>
        run.Manifest.Sha256.ContainsKey(File) ? DatasetReader.Read(run.Manifest.Verified(folder, File), file => new CellPairs().Fill(file, run.Count)) : null;

    /// <summary>A column of a pair, the iterations rising.</summary>
    public double[] Path((int Cell, int Baseline) pair, string name) => [.. _paths[pair][Array.IndexOf(Columns, name)]];

    private CellPairs Fill(DatasetReader file, int count)
    {
        for (int group = 0; group < file.RowGroupCount; group++)
        {
            double[] cells = file.Numbers(group, "cell");
            double[] baselines = file.Numbers(group, "baseline");
            double[][] columns = [.. Columns.Select(name => file.Numbers(group, name))];
            for (int row = 0; row < cells.Length; row++)
            {
                (int Cell, int Baseline) pair = ((int)cells[row], (int)baselines[row]);
                if (pair.Cell >= count || pair.Baseline >= count)
                {
                    throw file.Wrong($"row {row} is of a cell that is not there");
                }

                if (!_paths.TryGetValue(pair, out List<double>[]? path))
                {
                    _paths[pair] = path = [.. Columns.Select(_ => new List<double>())];
                }

                for (int i = 0; i < columns.Length; i++)
                {
                    path[i].Add(columns[i][row]);
                }
            }
        }

        return this;
    }
}
