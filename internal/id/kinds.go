package id

// Kinds of things. Each has a marker, never used as a value, and the key type named after it.
type (
	tenantKind           struct{}
	brandKind            struct{}
	userKind             struct{}
	roleKind             struct{}
	teamKind             struct{}
	sessionKind          struct{}
	apiKeyKind           struct{}
	invitationKind       struct{}
	auditKind            struct{}
	calendarKind         struct{}
	entryPointKind       struct{}
	customerKind         struct{}
	postKind             struct{}
	contactPointKind     struct{}
	claimKind            struct{}
	conversationKind     struct{}
	entryKind            struct{}
	attachmentKind       struct{}
	interactionKind      struct{}
	queueVisitKind       struct{}
	offerKind            struct{}
	queueKind            struct{}
	skillKind            struct{}
	dispositionKind      struct{}
	awayReasonKind       struct{}
	cannedKind           struct{}
	surveyKind           struct{}
	factKind             struct{}
	jobKind              struct{}
	intervalKind         struct{}
	segmentKind          struct{}
	notificationKind     struct{}
	viewKind             struct{}
	webhookKind          struct{}
	ruleKind             struct{}
	firingKind           struct{}
	macroKind            struct{}
	webhookDeliveryKind  struct{}
	articleKind          struct{}
	pictureKind          struct{}
	articleVersionKind   struct{}
	articleUseKind       struct{}
	categoryKind         struct{}
	cannedUseKind        struct{}
	missingAnswerKind    struct{}
	caseKind             struct{}
	caseStatusKind       struct{}
	caseFieldKind        struct{}
	caseLinkKind         struct{}
	caseNoteKind         struct{}
	caseCheckKind        struct{}
	answerAllKind        struct{}
	slaPolicyKind        struct{}
	clockKind            struct{}
	joinKind             struct{}
	organisationJoinKind struct{}
	mailboxKind          struct{}
	ownChannelKind       struct{}
	channelAccountKind   struct{}
	channelEventKind     struct{}
	organisationKind     struct{}
	customerFieldKind    struct{}
	consentKind          struct{}
	holdKind             struct{}
	erasureKind          struct{}
	personExportKind     struct{}
	retentionRuleKind    struct{}
	importKind           struct{}
	chorusKind           struct{}
	commonAnswerKind     struct{}
	chatInvitationKind   struct{}
)

// Keys, one type for each kind of thing.
type (
	// Tenant is the key of a contact-centre company: the hard isolation boundary.
	Tenant = Of[tenantKind]
	// Brand is the key of a client company served by a tenant.
	Brand = Of[brandKind]
	// User is the key of a person with a sign-in.
	User = Of[userKind]
	// Role is the key of a named set of permissions.
	Role = Of[roleKind]
	// Team is the key of a group of users.
	Team = Of[teamKind]
	// Session is the key of a signed-in browser.
	Session = Of[sessionKind]
	// APIKey is the key of a key of an integration.
	APIKey = Of[apiKeyKind]
	// Invitation is the key of an invitation to become a user.
	Invitation = Of[invitationKind]
	// ChatInvitation is the key of an invitation to a customer to go on by chat.
	ChatInvitation = Of[chatInvitationKind]
	// Audit is the key of an audit entry.
	Audit = Of[auditKind]
	// Calendar is the key of opening hours and holidays.
	Calendar = Of[calendarKind]
	// EntryPoint is the key of an address of ours where contacts arrive.
	EntryPoint = Of[entryPointKind]
	// Mailbox is the key of an entry point of the channel of e-mail.
	Mailbox = Of[mailboxKind]
	// OwnChannel is the key of an entry point of a channel that a tenant's own system speaks.
	OwnChannel = Of[ownChannelKind]
	// ChannelAccount is the key of an entry point that is an account at a provider.
	ChannelAccount = Of[channelAccountKind]
	// ChannelEvent is the key of an event of a channel as it came.
	ChannelEvent = Of[channelEventKind]
	// Customer is the key of a person or firm.
	Customer = Of[customerKind]
	// Post is the key of what stands above comments in public.
	Post = Of[postKind]
	// ContactPoint is the key of one address of a customer.
	ContactPoint = Of[contactPointKind]
	// Claim is the key of the statement that a contact point belongs to a customer.
	Claim = Of[claimKind]
	// Conversation is the key of a thread on one channel.
	Conversation = Of[conversationKind]
	// Entry is the key of one item of a conversation.
	Entry = Of[entryKind]
	// Attachment is the key of a file of an entry.
	Attachment = Of[attachmentKind]
	// Interaction is the key of a routable unit of work.
	Interaction = Of[interactionKind]
	// QueueVisit is the key of one stay of an interaction in a queue.
	QueueVisit = Of[queueVisitKind]
	// Offer is the key of a proposal of an interaction to one agent.
	Offer = Of[offerKind]
	// Queue is the key of a place where interactions wait.
	Queue = Of[queueKind]
	// Skill is the key of what an interaction needs and an agent has.
	Skill = Of[skillKind]
	// Disposition is the key of an outcome code.
	Disposition = Of[dispositionKind]
	// AwayReason is the key of a reason to be away.
	AwayReason = Of[awayReasonKind]
	// Canned is the key of a canned reply.
	Canned = Of[cannedKind]
	// Survey is the key of a survey answer.
	Survey = Of[surveyKind]
	// Fact is the key of something that happened.
	Fact = Of[factKind]
	// Job is the key of work to be done later.
	Job = Of[jobKind]
	// Interval is the key of a stretch of one agent's state.
	Interval = Of[intervalKind]
	// Segment is the key of one agent's share of an interaction.
	Segment = Of[segmentKind]
	// Notification is the key of a message to a user about their work.
	Notification = Of[notificationKind]
	// View is the key of a saved view of the worklist.
	View = Of[viewKind]
	// Webhook is the key of an address that is told what happens.
	Webhook = Of[webhookKind]
	// WebhookDelivery is the key of one message to a webhook.
	WebhookDelivery = Of[webhookDeliveryKind]
	// Rule is the key of what the centre does by itself when something happens.
	Rule = Of[ruleKind]
	// Firing is the key of a rule's having been set off once.
	Firing = Of[firingKind]
	// Macro is the key of commands that an agent gives at once.
	Macro = Of[macroKind]
	// Picture is the key of a file that an article shows.
	Picture = Of[pictureKind]
	// Article is the key of what the centre knows about one thing.
	Article = Of[articleKind]
	// ArticleVersion is the key of one text of an article in one language.
	ArticleVersion = Of[articleVersionKind]
	// ArticleUse is the key of an article's being put into an answer.
	ArticleUse = Of[articleUseKind]
	// CannedUse is the key of a canned reply's being put into an answer.
	CannedUse = Of[cannedUseKind]
	// Category is the key of a place in the tree of articles.
	Category = Of[categoryKind]
	// MissingAnswer is the key of what was looked for in vain.
	MissingAnswer = Of[missingAnswerKind]
	// Case is the key of a matter to be resolved.
	Case = Of[caseKind]
	// CaseStatus is the key of a status that cases may have.
	CaseStatus = Of[caseStatusKind]
	// CaseField is the key of a field that cases have beside the usual ones.
	CaseField = Of[caseFieldKind]
	// CaseLink is the key of what ties a case to something.
	CaseLink = Of[caseLinkKind]
	// CaseNote is the key of a note on a case.
	CaseNote = Of[caseNoteKind]
	// CaseCheck is the key of a point of a checklist.
	CaseCheck = Of[caseCheckKind]
	// AnswerAll is the key of one answer to the customers of all parts of a case.
	AnswerAll = Of[answerAllKind]
	// SLAPolicy is the key of a promise of times.
	SLAPolicy = Of[slaPolicyKind]
	// Clock is the key of one promised time of a case.
	Clock = Of[clockKind]
	// Join is the key of the statement that two customers are one.
	Join = Of[joinKind]
	// OrganisationJoin is the key of the statement that two organisations are one.
	OrganisationJoin = Of[organisationJoinKind]
	// Organisation is the key of a firm to which customers belong.
	Organisation = Of[organisationKind]
	// CustomerField is the key of a field that customers or organisations have beside the usual ones.
	CustomerField = Of[customerFieldKind]
	// Consent is the key of what a customer has agreed to, or taken back.
	Consent = Of[consentKind]
	// Hold is the key of a legal hold.
	Hold = Of[holdKind]
	// Erasure is the key of the removal of what is kept about a person.
	Erasure = Of[erasureKind]
	// PersonExport is the key of a copy of what is kept about a person.
	PersonExport = Of[personExportKind]
	// RetentionRule is the key of a rule about how long something is kept.
	RetentionRule = Of[retentionRuleKind]
	// Import is the key of a file of customers on its way in.
	Import = Of[importKind]
	// Chorus is the key of what many say alike under one post.
	Chorus = Of[chorusKind]
	// CommonAnswer is the key of one public answer to many.
	CommonAnswer = Of[commonAnswerKind]
)
