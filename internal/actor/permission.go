package actor

// Permission is an action that may be allowed.
type Permission string

// Scope is how far a permission reaches; a greater one includes the lesser.
type Scope uint8

// Scopes.
const (
	None     Scope = iota
	Own            // what is the actor's own or offered to them
	InTeam         // what belongs to a member of the actor's teams
	InBrand        // everything of the granted brands
	InTenant       // everything of the tenant
)

// Permissions. The administrator's screen and the documentation list them in this order.
const (
	ConversationRead  Permission = "conversation.read"
	ConversationReply Permission = "conversation.reply"
	ConversationNote  Permission = "conversation.note"
	InteractionPull   Permission = "interaction.pull"
	InteractionMove   Permission = "interaction.move" // transfer, take over, requeue what is not one's own
	CaseRead          Permission = "case.read"
	CaseEdit          Permission = "case.edit"
	CaseSetup         Permission = "case.setup" // statuses, fields, promised times
	CustomerRead      Permission = "customer.read"
	CustomerEdit      Permission = "customer.edit"
	CustomerSetup     Permission = "customer.setup" // what is kept of customers and organisations beside the usual
	CustomerImport    Permission = "customer.import"
	CustomerExport    Permission = "customer.export" // a person's copy of everything, and lists as files
	CustomerErase     Permission = "customer.erase"  // what is kept about a person
	HoldEdit          Permission = "hold.edit"
	RetentionEdit     Permission = "retention.edit"
	ViewShare         Permission = "view.share" // own: with the actor's teams; wider: with all
	CannedRead        Permission = "canned.read"
	CannedEdit        Permission = "canned.edit"
	KnowledgeRead     Permission = "knowledge.read"
	KnowledgeEdit     Permission = "knowledge.edit"    // own: the articles that the actor answers for
	KnowledgePublish  Permission = "knowledge.publish" // and return, withdraw, archive
	PresenceSelf      Permission = "presence.self"
	PresenceForce     Permission = "presence.force"
	BoardRead         Permission = "board.read"
	StaffMove         Permission = "staff.move" // add and remove agents from queues and channels
	FiguresRead       Permission = "figures.read"
	FiguresExport     Permission = "figures.export"
	QueueRead         Permission = "queue.read"
	QueueEdit         Permission = "queue.edit"
	UserRead          Permission = "user.read"
	UserEdit          Permission = "user.edit"
	RoleEdit          Permission = "role.edit"
	BrandRead         Permission = "brand.read"
	BrandEdit         Permission = "brand.edit"
	EntryPointEdit    Permission = "entry_point.edit"
	CalendarEdit      Permission = "calendar.edit"
	KeyEdit           Permission = "key.edit"
	WebhookEdit       Permission = "webhook.edit"
	RuleEdit          Permission = "rule.edit"
	AuditRead         Permission = "audit.read"
	JobRead           Permission = "job.read"
	JobRetry          Permission = "job.retry"
	NamesRead         Permission = "names.read" // customers' names and addresses unmasked
)

// Permissions returns all there are, in the order in which they are shown.
func Permissions() []Permission {
	return []Permission{
		ConversationRead, ConversationReply, ConversationNote, InteractionPull, InteractionMove, CaseRead, CaseEdit, CaseSetup,
		CustomerRead, CustomerEdit, CustomerSetup, CustomerImport, CustomerExport, CustomerErase, HoldEdit, RetentionEdit, ViewShare,
		CannedRead, CannedEdit, KnowledgeRead, KnowledgeEdit, KnowledgePublish, PresenceSelf, PresenceForce, BoardRead, StaffMove,
		FiguresRead, FiguresExport, QueueRead, QueueEdit, UserRead, UserEdit, RoleEdit, BrandRead, BrandEdit, EntryPointEdit,
		CalendarEdit, KeyEdit, WebhookEdit, RuleEdit, AuditRead, JobRead, JobRetry, NamesRead,
	}
}

// BuiltIn names a role that every tenant has and nobody can change.
type BuiltIn string

// Built-in roles.
const (
	Agent         BuiltIn = "agent"
	Expert        BuiltIn = "expert"
	Supervisor    BuiltIn = "supervisor"
	Manager       BuiltIn = "manager"
	Administrator BuiltIn = "administrator"
	BrandViewer   BuiltIn = "brand_viewer"
)

// BuiltIns returns the built-in roles in the order in which they are shown.
func BuiltIns() []BuiltIn {
	return []BuiltIn{Agent, Expert, Supervisor, Manager, Administrator, BrandViewer}
}

// Rights returns what the built-in role may do; nil for an unknown one.
func (r BuiltIn) Rights() Rights {
	switch r {
	case Agent:
		return Rights{
			ConversationRead: Own, ConversationReply: Own, ConversationNote: Own, InteractionPull: InBrand,
			CaseRead: Own, CaseEdit: Own, CustomerRead: InBrand, CustomerEdit: InBrand, CannedRead: InBrand, KnowledgeRead: InBrand, PresenceSelf: Own,
			QueueRead: InBrand, BrandRead: InBrand, UserRead: InTeam, FiguresRead: Own, NamesRead: InBrand,
		}
	case Expert:
		return Rights{
			ConversationRead: Own, ConversationNote: Own, ConversationReply: Own, CaseRead: Own, CaseEdit: Own, CustomerRead: Own,
			CannedRead: InBrand, KnowledgeRead: InBrand, KnowledgeEdit: Own, PresenceSelf: Own, QueueRead: InBrand, BrandRead: InBrand, NamesRead: InBrand,
		}
	case Supervisor:
		return Agent.Rights().and(Rights{
			ConversationRead: InBrand, ConversationReply: InBrand, ConversationNote: InBrand, InteractionMove: InBrand, CaseRead: InBrand, CaseEdit: InBrand,
			CannedEdit: InBrand, KnowledgeEdit: InBrand, KnowledgePublish: InBrand, PresenceForce: InBrand, BoardRead: InBrand, StaffMove: InBrand, FiguresRead: InBrand, UserRead: InBrand, ViewShare: InBrand,
		})
	case Manager:
		return Rights{
			ConversationRead: InBrand, CaseRead: InBrand, CustomerRead: InBrand, CannedRead: InBrand, KnowledgeRead: InBrand, BoardRead: InBrand, FiguresRead: InBrand,
			FiguresExport: InBrand, CustomerExport: InBrand, QueueRead: InBrand, UserRead: InBrand, BrandRead: InBrand, AuditRead: InBrand, NamesRead: InBrand,
		}
	case Administrator:
		all := Rights{}
		for _, p := range Permissions() {
			all[p] = InTenant
		}
		return all
	case BrandViewer:
		return Rights{BrandRead: InBrand, QueueRead: InBrand, BoardRead: InBrand, FiguresRead: InBrand}
	}
	return nil
}

// and returns r widened by more.
func (r Rights) and(more Rights) Rights {
	for p, s := range more {
		r[p] = max(r[p], s)
	}
	return r
}
