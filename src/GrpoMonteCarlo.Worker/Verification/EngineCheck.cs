using System.Globalization;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>The datasets against the finished ranges, and the ranges against the engine.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="plan">The plan of its experiment.</param>
/// <param name="store">Its finished ranges.</param>
/// <param name="findings">Takes what is off.</param>
internal sealed class EngineCheck(string folder, Plan plan, RangeStore store, Findings findings)
{
    // What is simulated again, in the cost of a rollout: some seconds.
    private const double Budget = 1L << 34;
    private const int MostPieces = 1000;

    private readonly Experiment _experiment = plan.Experiment;

    // Some replicates of a cell, and the file that holds their sums if there is one.
    private sealed record Piece(int Cell, ReplicateRange Replicates, StoredRange? Stored);

    /// <summary>Writes the datasets once more from the ranges, for their hashes: the bytes must be the same.</summary>
    public void WriteAgain()
    {
        int before = findings.Wrong.Count;
        try
        {
            var again = RunDatasets.Write(plan, store, new DatasetHashes(), Environment.ProcessorCount, CancellationToken.None);
            string[] differing = [.. again.Files.Where(IsOther).Select(file => file.Name)];
            if (differing.Length > 0)
            {
                Compare(differing);
            }
        }
        catch (InvalidDataException lack)
        {
            findings.AddWrong(lack.Message);
        }

        findings.AddChecked(before, "datasets: written again from the finished ranges and the closed forms, the same bytes");

        bool IsOther(DatasetFile file)
        {
            string path = Path.Combine(folder, file.Name);
            return File.Exists(path) && new DatasetFolder(folder).Describe(file.Name, file.Rows) != file;
        }
    }

    /// <summary>Simulates ranges drawn at random once more: every bit must be the same.</summary>
    public void SimulateRangesAgain()
    {
        var workload = Workload.Of(plan, Shard.Whole);
        var pieces = new List<Piece>();
        for (int i = 0; i < plan.Cells.Count; i++)
        {
            IEnumerable<StoredRange> ranges = workload.SegmentsOf(i).SelectMany(segment => store.RangesOf(plan.Cells[i], segment));
            pieces.AddRange(ranges.Select(range => new Piece(i, new ReplicateRange(range.First, range.Last), range)));
        }

        Simulate(pieces, "ranges", (piece, simulator, problem) =>
        {
            RangeResult stored = RangeStore.Load(problem.Cell, piece.Stored!);
            RangeResult again = simulator.Simulate(problem, piece.Replicates.First, (int)piece.Replicates.Count);
            if (!again.Agrees(stored))
            {
                findings.AddWrong($"{Path.GetRelativePath(folder, piece.Stored!.Path)}: simulated again, it comes out different");
            }
        });
    }

    /// <summary>Without ranges: simulates whole cells drawn at random, whose rows of the summary must be the same.</summary>
    /// <param name="replicates">How many replicates each cell has.</param>
    public void SimulateCellsAgain(IReadOnlyList<long> replicates)
    {
        Piece[] pieces = [.. replicates
            .Select((count, i) => new Piece(i, new ReplicateRange(0, count), null))
            .Where(piece => piece.Replicates.Count > 0)];
        Simulate(pieces, "cells", (piece, simulator, problem) =>
        {
            var sums = RangeSums.Empty(_experiment.Iterations, problem.Cell, 0);
            int most = SimulationCost.ReplicatesPerRange(problem.Cell, _experiment);
            for (long next = 0; next < piece.Replicates.Last; next += most)
            {
                sums.Append(simulator.Simulate(problem, next, (int)Math.Min(most, piece.Replicates.Last - next)).Sums);
            }

            using var rows = new MemoryStream();
            using (var dataset = new Dataset<SummaryRow>(rows, SummaryRow.Columns, _experiment))
            {
                for (int n = 0; n <= _experiment.Iterations; n++)
                {
                    dataset.Add(new SummaryRow(piece.Cell, problem.Cell, CellSummary.Of(problem.Cell, problem.Theory, sums, n)));
                }

                dataset.Finish();
            }

            Compare(RunFolder.Summary, rows, (long)piece.Cell * (_experiment.Iterations + 1), "simulated again");
        });
    }

    private void Simulate(IReadOnlyList<Piece> pieces, string what, Action<Piece, CellSimulator, CellProblem> check)
    {
        if (pieces.Count == 0)
        {
            return;
        }

        int before = findings.Wrong.Count;
        IReadOnlyList<Piece> sample = Sample(pieces);
        Parallel.ForEach(
            sample,
            () => new CellSimulator(),
            (piece, _, simulator) =>
            {
                check(piece, simulator, plan.ProblemOf(plan.Cells[piece.Cell]));
                return simulator;
            },
            _ => { });
        findings.AddChecked(before, string.Create(
            CultureInfo.InvariantCulture,
            $"simulated again: {sample.Count:N0} of {pieces.Count:N0} {what}, drawn at random, ")
            + string.Create(CultureInfo.InvariantCulture, $"{sample.Sum(piece => piece.Replicates.Count):N0} replicates, the same bits"));
    }

    // Pieces in random order, as many as cost no more than the budget; the cheapest if none does.
    private List<Piece> Sample(IReadOnlyList<Piece> pieces)
    {
        double Cost(Piece piece) => SimulationCost.OfReplicate(plan.Cells[piece.Cell], _experiment.Iterations) * piece.Replicates.Count;
        Piece[] shuffled = [.. pieces];
        System.Random.Shared.Shuffle(shuffled);
        var sample = new List<Piece>();
        double left = Budget;
        foreach (Piece piece in shuffled)
        {
            if (sample.Count < MostPieces && Cost(piece) <= left)
            {
                sample.Add(piece);
                left -= Cost(piece);
            }
        }

        return sample.Count > 0 ? sample : [pieces.MinBy(Cost)!];
    }

    // Only where something is off do the datasets take room a second time, to say what it is.
    private void Compare(string[] names)
    {
        DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("grpomc-verify");
        try
        {
            _ = RunDatasets.Write(plan, store, elsewhere.FullName, Environment.ProcessorCount, CancellationToken.None);
            foreach (string name in names)
            {
                using FileStream expected = File.OpenRead(Path.Combine(elsewhere.FullName, name));
                Compare(name, expected, 0, "by its ranges and the closed forms");
            }
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    private void Compare(string name, Stream again, long firstRow, string how)
    {
        again.Position = 0;
        try
        {
            CompareRows(name, again, firstRow, how);
        }
        catch (ParquetException)
        {
            // Found with the file itself.
        }
    }

    private void CompareRows(string name, Stream again, long firstRow, string how)
    {
        using ParquetReader stored = ParquetReader.Open(Path.Combine(folder, name));
        using ParquetReader expected = ParquetReader.Open(again);
        if (stored.RowCount < firstRow + expected.RowCount)
        {
            findings.AddWrong($"{name}: has {stored.RowCount} rows, {how} {firstRow + expected.RowCount}");
        }
        else if (TableComparison.FirstDifference(stored, firstRow, expected) is var (row, column, stands, comes))
        {
            findings.AddWrong($"{name}: row {firstRow + row}, {column} is {stands}, {how} {comes}");
        }
    }
}
